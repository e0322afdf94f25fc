"""How often a program may call `/v1`.

Each web process counts for itself, in memory: a limit is there so that one program that runs wild does not hold up
carers, and for that it need not be exact. A count in the database would cost each call a write, and a library for this
wants a server of its own to be exact. With n web processes at most n times the number passes. What reports a danger
never waits (see conversations/routes.py).
"""

import math

from api import clock
from api.errors import TooMany
from api.people.rules import Bucket
from api.people.rules import take as take_from
from api.people.tokens import Caller

GRANTS_PER_MINUTE = 30  # Short-lived tokens that one name may ask for; guessing a secret gets no further either.
_MOST_NAMES = 10_000  # Made-up names must not fill the memory.
_buckets: dict[str, Bucket] = {}


def take(caller: Caller) -> None:
    """Count one request. Raises TooMany when the caller's token allows no more for now."""
    if caller.per_minute is not None:
        _take(f"token:{caller}", caller.per_minute)


def take_by_name(name: str) -> None:
    """Count one request for a short-lived token."""
    _take(f"grant:{name}", GRANTS_PER_MINUTE)


def _take(key: str, per_minute: int) -> None:
    if len(_buckets) >= _MOST_NAMES:
        _buckets.clear()
    _buckets[key], wait = take_from(_buckets.get(key), per_minute, clock.now())
    if wait:
        raise TooMany(max(1, math.ceil(wait.total_seconds())))
