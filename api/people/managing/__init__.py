"""What administrators do with people: invite, change, reset, end, bring back."""
