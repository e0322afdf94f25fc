"""Counts as a table and a chart."""
