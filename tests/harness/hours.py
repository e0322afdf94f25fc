"""When a test begins: at the same hour of a working day, whenever it is run.

At night others are paged beside a nurse who was woken often, by day a caller hears of the office, on Sundays a desk is
closed. A test that means such an hour moves its clock there; no other may depend on when somebody ran it.
`--begin 03:00` tells the same stories at another hour, `--begin 2027-03-27T21:00` on another day, too.
"""

from datetime import date, datetime, time, timedelta

from api import bank_holidays
from api.clock import UK

EVENING = "21:00"  # Of the UK: offices are closed, nobody's night has begun.


def until(begin: str, now: datetime) -> timedelta:
    """How long from `now` to that moment, or to that time on the first working day that still has it before it."""
    if "T" in begin:
        return datetime.fromisoformat(begin).replace(tzinfo=UK) - now
    at = time.fromisoformat(begin)
    return next(moment for day in range(14) if (moment := _on(now, day, at)) > now and _works(moment.date())) - now


def _on(now: datetime, days: int, at: time) -> datetime:
    return datetime.combine(now.astimezone(UK).date() + timedelta(days=days), at, UK)


def _works(day: date) -> bool:
    return day.weekday() < 5 and not bank_holidays.is_one(day, "ENG")
