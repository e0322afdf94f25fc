"""Shifts from a calendar that is kept elsewhere (iCalendar)."""
