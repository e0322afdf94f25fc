"""How long a link is good for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

GOOD_FOR = timedelta(days=3)
UK = ZoneInfo("Europe/London")


def until(made_at: datetime) -> str:
    """Until when a link that is made then is good, as people say it: `20:15 on Sunday 29 November`, on a UK clock."""
    ends = (made_at + GOOD_FOR).astimezone(UK)
    return f"{ends:%H:%M} on {ends:%A} {ends.day} {ends:%B}"


def is_good(expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a link can still be used."""
    return ended_at is None and now < expires_at
