"""Calendars that were taken over from their address, read there again by themselves."""
