"""What roles and scopes there are, and when a sign-in is locked or a session has ended."""

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
# Who may hand on what somebody else has, and decides what is to be done when a carer could not be reached.
LEADS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# Who may change what carers are told of. Everybody on the staff may read it.
KEEPS_DIRECTORY = frozenset({Role.INFORMATION, Role.ADMINISTRATOR})
# Who makes and publishes the rota. Everybody who looks after carers reads it and may offer swaps.
KEEPS_ROTA = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


class Scope(StrEnum):
    """What a service token may do."""

    ESCALATIONS_READ = "escalations:read"
    ESCALATIONS_WRITE = "escalations:write"
    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    TASKS_WRITE = "tasks:write"
    SWITCHES_READ = "switches:read"
    SWITCHES_WRITE = "switches:write"
    DIRECTORY_READ = "directory:read"
    GUIDES_READ = "guides:read"
    REFERRALS_WRITE = "referrals:write"
    REFERRALS_ACKNOWLEDGE = "referrals:acknowledge"  # For another organisation, and only what it was asked for.
    ROTA_READ = "rota:read"


def locked_until(failures: int, now: datetime) -> datetime | None:
    """When signing in may be tried again after so many wrong passwords in a row. None: at once."""
    return now + LOCKED_FOR if failures >= FREE_ATTEMPTS else None


def ends_at(created_at: datetime, last_seen_at: datetime, idle: timedelta, longest: timedelta) -> datetime:
    """When a session is over if it is not used again: unused for too long, or simply too old."""
    return min(last_seen_at + idle, created_at + longest)
