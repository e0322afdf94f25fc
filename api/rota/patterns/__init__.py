"""Recurring patterns: which shifts they make."""
