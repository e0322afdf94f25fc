"""Changing the directory: edit, add, check, retire and bring back."""
