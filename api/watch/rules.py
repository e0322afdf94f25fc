"""Which part of the line has been silent too long, and when the lead must be told (again)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AGAIN_AFTER = timedelta(minutes=15)
REPORTED_WITHIN = timedelta(minutes=3)  # After that a text of which nothing was heard counts against the carrier.
LOOK_BACK = timedelta(minutes=30)
LEAST_PHONES = 2  # One phone may be switched off; so many at once are more than that.


class Part(StrEnum):
    """What must show a sign of life. The words for the lead are these."""

    WORKER = "worker"
    CARRIER = "carrier"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Told:
    """When the lead was last told, and of which parts. Empty: all was well since."""

    at: datetime | None = None
    of: frozenset[Part] = frozenset()


def silent(last_well: Mapping[Part, datetime], now: datetime, after: timedelta) -> frozenset[Part]:
    """The parts that have shown no sign of life for so long.

    The worker's signs stand in the database. Without that nothing is known of it, so nothing is said.
    """
    found = frozenset(part for part, at in last_well.items() if now - at >= after)
    return found - {Part.WORKER} if Part.DATABASE in found else found


def must_tell(parts: Collection[Part], told: Told, now: datetime) -> bool:
    """Whether the lead must hear now: at first, of each further part, and every 15 minutes until all is well."""
    if not parts:
        return False
    return told.at is None or not told.of.issuperset(parts) or now - told.at >= AGAIN_AFTER


class Trouble(StrEnum):
    """What can be wrong with the carrier though our own parts work."""

    NO_ANSWER = "no_answer"  # It refuses us, or does not answer, for minutes.
    NO_REPORTS = "no_reports"  # It takes texts, and nothing is heard of them.


@dataclass(frozen=True, slots=True)
class Handed:
    """One text that the carrier took: to which phone (any key for it), when, and whether anything was heard of it."""

    phone: str
    sent_at: datetime
    is_reported: bool


def unreported_since(texts: Iterable[Handed], now: datetime) -> datetime | None:
    """Since when nothing has been heard of any text. None: all is well, or too little was sent to tell."""
    known = sorted(texts, key=lambda one: one.sent_at)
    last = max((one.sent_at for one in known if one.is_reported), default=now - LOOK_BACK)
    due = [one for one in known if last < one.sent_at <= now - REPORTED_WITHIN]
    return due[0].sent_at if len({one.phone for one in due}) >= LEAST_PHONES else None


def is_heard_again(texts: Iterable[Handed], since: datetime) -> bool:
    """Whether something has been heard of a text that was sent since then."""
    return any(one.is_reported and one.sent_at >= since for one in texts)
