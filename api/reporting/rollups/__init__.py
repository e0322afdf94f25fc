"""What the figures are counted from: one row for each contact and each call for help, without words or numbers."""
