"""Offering a call, saying what would be passed on, and making sure that the carer said yes to those very words."""
