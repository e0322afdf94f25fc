"""When a calendar is read again at its address, how far it is compared, and when not reaching it is an alarm."""

from datetime import datetime, timedelta

from api.rota.publishing.rules import LONGEST

EVERY = timedelta(hours=1)
ALARM_AFTER = timedelta(days=1)


def compared_until(taken_until: datetime, now: datetime) -> datetime:
    """Up to when a calendar is compared with what was taken over of it.

    Shifts that are repeated for ever were taken over for a year, and each day one more of them comes into the year that
    begins today. That is no change: only when half of that year is over is it time to take over what follows.
    """
    return taken_until if taken_until - now >= LONGEST / 2 else now + LONGEST


def is_alarming(read_at: datetime, now: datetime) -> bool:
    """Whether it has not been read for so long that somebody must look."""
    return now - read_at >= ALARM_AFTER
