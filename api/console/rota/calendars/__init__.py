"""Taking over a calendar that is kept elsewhere."""
