"""Nightlight's API: the only program the outside world reaches, and the only one that owns lasting data."""
