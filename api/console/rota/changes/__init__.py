"""Overrides and swaps."""
