"""What roles and scopes there are, who may do what, and when a sign-in is locked or a session has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FREE_ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)
FRESH_FOR = timedelta(minutes=15)  # How long a sign-in, or a confirmation, is enough for what must not be done lightly.


class Role(StrEnum):
    """What a member of staff is here for."""

    RESPONDER = "responder"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    INFORMATION = "information"  # Keeps what we signpost to; looks after no carer. Shown as "Directory editor".
    REVIEWER = "reviewer"  # Reads transcripts afterwards.
    SAFETY_OFFICER = "safety_officer"  # The clinical safety officer (DCB0129, DCB0160): looks into whatever went wrong.


class Permission(StrEnum):
    """One thing that somebody may do, or one kind of thing that they may see."""

    USE_CONSOLE = "use_console"  # Be signed in: the directory, and one's own account.
    READ_CARERS = "read_carers"  # Carers' own words, and how their calls for help stand.
    ANSWER_CARERS = "answer_carers"  # Accept, write, close, see to tasks.
    SEE_NUMBERS = "see_numbers"  # A carer's whole telephone number. Each look is on record.
    READ_REFERRALS = "read_referrals"
    MOVE_REFERRALS = "move_referrals"  # Ring the carer whom another service was asked to ring.
    KEEP_DIRECTORY = "keep_directory"  # Change what carers are told of.
    KEEP_ROTA = "keep_rota"  # Make and publish the rota. Whoever reads about carers reads it.
    SEE_FIGURES = "see_figures"  # Counts with nobody in them.
    MANAGE_PEOPLE = "manage_people"  # Invite, change roles, reset, end.
    READ_AUDIT = "read_audit"
    REVIEW = "review"  # Read transcripts afterwards, with who is in them hidden, judge them, and propose what to mend.
    UNMASK = "unmask"  # See who is in a transcript. Each look is on record, with its reason.
    APPROVE_PHRASES = "approve_phrases"  # Say yes to what decides whether a nurse is paged.
    APPROVE_WORDING = "approve_wording"  # Say yes to lines that the assistant learns from.
    RELEASE = "release"  # Put an approved release in use, and take it back.
    KEEP_PRIVACY = "keep_privacy"  # Erase, export, hold; see what is deleted when.


_CARING = frozenset(
    {
        Permission.READ_CARERS,
        Permission.ANSWER_CARERS,
        Permission.SEE_NUMBERS,
        Permission.READ_REFERRALS,
        Permission.MOVE_REFERRALS,
    }
)
MAY: Mapping[Role, frozenset[Permission]] = {
    Role.RESPONDER: _CARING | {Permission.USE_CONSOLE},
    Role.COORDINATOR: _CARING
    | {
        Permission.USE_CONSOLE,
        Permission.KEEP_ROTA,
        Permission.SEE_FIGURES,
        Permission.REVIEW,
        Permission.UNMASK,
    },
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.INFORMATION: frozenset(
        {
            Permission.USE_CONSOLE,
            Permission.READ_REFERRALS,
            Permission.MOVE_REFERRALS,
            Permission.KEEP_DIRECTORY,
            Permission.SEE_FIGURES,
            Permission.APPROVE_WORDING,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Permission.USE_CONSOLE,
            Permission.READ_CARERS,
            Permission.SEE_FIGURES,
            Permission.REVIEW,
            Permission.UNMASK,
        }
    ),
    Role.SAFETY_OFFICER: frozenset(
        {
            Permission.USE_CONSOLE,
            Permission.READ_CARERS,
            Permission.READ_REFERRALS,
            Permission.SEE_FIGURES,
            Permission.READ_AUDIT,
            Permission.REVIEW,
            Permission.UNMASK,
            Permission.APPROVE_PHRASES,
            Permission.RELEASE,
        }
    ),
}
# Who may be of the whole installation, not of one team alone: see every team's people and the whole audit log.
OF_INSTALLATION = frozenset({Role.ADMINISTRATOR, Role.SAFETY_OFFICER})
# Every permission on a carer is for one's own team, of the installation or not. Only transcripts are reviewed across
# teams: who is in them is hidden until it is put on record why somebody needs to see it.


def may(role: str, permission: Permission) -> bool:
    """Whether somebody of this role may. A role that nobody knows may nothing."""
    return role in MAY and permission in MAY[Role(role)]


def who_may(permission: Permission) -> frozenset[Role]:
    """Every role that may."""
    return frozenset(role for role in Role if may(role, permission))


# Who is paged and has duties. Nobody else may: no carer's call may stop with them.
LOOKS_AFTER_CARERS = who_may(Permission.ANSWER_CARERS)
KEEPS_ROTA = who_may(Permission.KEEP_ROTA)
# Who may hand on what somebody else has, and decides what is to be done when a carer could not be reached.
LEADS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


class Scope(StrEnum):
    """What a service token may do."""

    ESCALATIONS_READ = "escalations:read"
    ESCALATIONS_WRITE = "escalations:write"
    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    SWITCHES_READ = "switches:read"
    SWITCHES_WRITE = "switches:write"
    DIRECTORY_READ = "directory:read"
    GUIDES_READ = "guides:read"
    REFERRALS_WRITE = "referrals:write"
    REFERRALS_ACKNOWLEDGE = "referrals:acknowledge"  # For another organisation, and only what it was asked for.
    ROTA_READ = "rota:read"
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
    """When signing in may be tried again after so many wrong passwords or codes in a row. None: at once."""
    return now + LOCKED_FOR if failures >= FREE_ATTEMPTS else None


def ends_at(created_at: datetime, last_seen_at: datetime, idle: timedelta, longest: timedelta) -> datetime:
    """When a session is over if it is not used again: unused for too long, or simply too old."""
    return min(last_seen_at + idle, created_at + longest)


def is_fresh(confirmed_at: datetime, now: datetime) -> bool:
    """Whether somebody proved lately enough who they are for what must not be done lightly."""
    return now - confirmed_at < FRESH_FOR
