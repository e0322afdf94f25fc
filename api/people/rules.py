"""What roles and scopes there are, and when a sign-in is locked or a session has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FREE_ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)


class Role(StrEnum):
    """What a member of staff may do."""

    RESPONDER = "responder"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    INFORMATION = "information"  # Keeps what we signpost to; looks after no carer.


# Who sees carers' words and answers their calls. Information staff do not: nobody's call may stop with them.
LOOKS_AFTER_CARERS = frozenset({Role.RESPONDER, Role.COORDINATOR, Role.ADMINISTRATOR})
# Who may change what carers are told of. Everybody on the staff may read it.
KEEPS_DIRECTORY = frozenset({Role.INFORMATION, Role.ADMINISTRATOR})


class Scope(StrEnum):
    """What a service token may do."""

    ESCALATIONS_READ = "escalations:read"
    ESCALATIONS_WRITE = "escalations:write"
    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    DIRECTORY_READ = "directory:read"
    GUIDES_READ = "guides:read"
    REFERRALS_WRITE = "referrals:write"
    WEBHOOKS_WRITE = "webhooks:write"  # Where events go, and which were not delivered.
    FHIR_READ = "fhir:read"  # An escalation as another organisation's system needs it: with the number to ring.


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a caller may still ask for: `left` requests, as counted at `at`."""

    left: float
    at: datetime


def take(bucket: Bucket | None, per_minute: int, now: datetime) -> tuple[Bucket, timedelta]:
    """The bucket after one more request, and how long to wait first (zero: it may pass).

    It fills evenly and holds one minute's worth, so that a burst passes. What must wait takes nothing.
    """
    each = timedelta(minutes=1) / per_minute
    since = max(now - bucket.at, timedelta()) if bucket else timedelta()
    left = min(per_minute, bucket.left + since / each) if bucket else per_minute
    if left < 1:
        return Bucket(left, now), (1 - left) * each
    return Bucket(left - 1, now), timedelta()


def is_over(ended_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    """Whether something that may be ended by hand, or by itself, has ended."""
    return ended_at is not None or (ends_at is not None and ends_at <= now)


def locked_until(failures: int, now: datetime) -> datetime | None:
    """When signing in may be tried again after so many wrong passwords in a row. None: at once."""
    return now + LOCKED_FOR if failures >= FREE_ATTEMPTS else None


def ends_at(created_at: datetime, last_seen_at: datetime, idle: timedelta, longest: timedelta) -> datetime:
    """When a session is over if it is not used again: unused for too long, or simply too old."""
    return min(last_seen_at + idle, created_at + longest)
