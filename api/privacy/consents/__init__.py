"""What carers have said yes to, and taking a yes back."""
