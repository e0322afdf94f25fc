"""Hides who is in a text: names, numbers, places, birthdays, codes."""
