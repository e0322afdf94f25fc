"""What the forms of the rota have in common: days, times and choices as they are typed."""

from datetime import date, time

HERE = "/console/rota"
SHOWN = 14  # Days.


def day(typed: str) -> date | None:
    """A day as a browser sends it (2026-12-01). None: it is none."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def hour(typed: str) -> time | None:
    """A time as a browser sends it (20:00). None: it is none."""
    try:
        found = time.fromisoformat(typed.strip())
    except ValueError:
        return None
    return None if found.tzinfo else found.replace(second=0, microsecond=0)
