"""Calls that we never heard of, or never heard the end of, found in the carrier's own list."""
