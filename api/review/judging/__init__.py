"""Judging conversations afterwards: which, by whom, what they said, and what was missed."""
