"""What carers have said yes to, as a page."""
