"""When a drill is due, and how the page of one person stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

ANSWER_WITHIN = timedelta(minutes=10)
LATEST_START = timedelta(hours=1)
LONGEST_BEFORE = timedelta(hours=6)


class Proof(StrEnum):
    """What a drill has shown of one person."""

    ASKED = "asked"  # Not answered yet, and still within time.
    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    SILENT = "silent"  # No answer in time: this person may not be reachable tonight.


@dataclass(frozen=True, slots=True)
class DrillTime:
    """A drill at `at` on a UK clock, each day, for whoever is on call when the shift starts at `shift`."""

    at: time
    shift: time


def check_times(times: Sequence[DrillTime]) -> None:
    """Raise ValueError for a drill that could not be answered, and its alarm raised, before its shift starts."""
    for one in times:
        if not ANSWER_WITHIN < _between(one) <= LONGEST_BEFORE:
            raise ValueError(f"the drill at {one.at:%H:%M} must be 11 minutes to 6 hours before its shift")


def _between(one: DrillTime) -> timedelta:
    day = date(2000, 1, 1)
    span = datetime.combine(day, one.shift) - datetime.combine(day, one.at)
    return span if span > timedelta() else span + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A drill that should run: the moment that it was set for, and the start of the shift that it is for."""

    at: datetime
    shift: datetime


def due(times: Sequence[DrillTime], local: datetime) -> list[Due]:
    """The drills that should have begun by now (on a UK clock), at most an hour ago and before their shift."""
    days = (local.date() - timedelta(days=1), local.date())
    found = [_on(one, day, local.tzinfo) for one in times for day in days]
    return [one for one in found if one.at <= local < min(one.at + LATEST_START, one.shift)]


def _on(one: DrillTime, day: date, zone: tzinfo | None) -> Due:
    shift_day = day if one.shift > one.at else day + timedelta(days=1)
    return Due(datetime.combine(day, one.at, zone), datetime.combine(shift_day, one.shift, zone))


def proof(placed_at: datetime, answered_at: datetime | None, now: datetime) -> Proof:
    """How one person's page of a drill stands."""
    last = placed_at + ANSWER_WITHIN
    if answered_at is not None:
        return Proof.ANSWERED if answered_at <= last else Proof.ANSWERED_LATE
    return Proof.SILENT if now >= last else Proof.ASKED
