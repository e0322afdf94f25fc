"""How long a link is good for."""

from datetime import datetime, timedelta

GOOD_FOR = timedelta(days=3)


def is_good(expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a link can still be used."""
    return ended_at is None and now < expires_at
