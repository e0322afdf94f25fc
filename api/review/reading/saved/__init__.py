"""Searches that a reviewer keeps under a name."""
