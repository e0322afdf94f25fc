"""The one place that knows what time it is.

Every rule takes `now` as an argument; whoever calls a rule asks here. Tests move the clock instead of sleeping.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")

_offset = timedelta()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _offset


def move(by: timedelta) -> None:
    """Move the clock of this process forwards (tests only)."""
    global _offset
    _offset += by


def reset() -> None:
    """Return the clock of this process to real time (tests only)."""
    global _offset
    _offset = timedelta()


def uk_time(moment: datetime) -> str:
    """A moment as people in the UK read it off a clock, for example `02:14`."""
    return moment.astimezone(UK).strftime("%H:%M")
