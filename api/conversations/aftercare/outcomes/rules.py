"""Which calls for help have an outcome later, when it is due, and when nobody has recorded it for too long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.escalations.rules import Outcome

NOTE_LIMIT = 200  # Characters.


class Due(StrEnum):
    """How long after a call for help was closed."""

    DAY = "24h"
    WEEK = "7d"


@dataclass(frozen=True, slots=True)
class Word:
    """One outcome of data/outcomes.yml. `death`: the person cared for has died."""

    code: str
    title: str
    death: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The file as rules read it. `avoidable`: the answers about A&E and 999, by code."""

    after: Mapping[Due, timedelta]
    overdue_after: Mapping[Due, timedelta]
    words: Mapping[str, Word]
    avoidable: Mapping[str, str]


def is_wanted(contacted: bool, outcome: str | None, ladder_used_up: bool) -> bool:
    """Whether a closed call for help ended with contact, or with nobody reached: the carer, or anybody on call."""
    return contacted or outcome == Outcome.NOT_REACHED or ladder_used_up


def is_overdue(due: Due, due_at: datetime, wanted: Wanted, now: datetime) -> bool:
    """Whether nobody has recorded it for too long."""
    return due_at + wanted.overdue_after[due] <= now


def problems(outcome: str, avoidable: str, note: str, wanted: Wanted) -> dict[str, str]:
    """What is missing from, or too much in, what somebody wants to record, by its field."""
    found = {}
    if outcome not in wanted.words:
        found["outcome"] = "Choose what became of them"
    if avoidable not in wanted.avoidable:
        found["avoidable"] = "Choose whether A&E or 999 use could have been avoided"
    if len(note) > NOTE_LIMIT:
        found["note"] = f"Shorten the note to {NOTE_LIMIT} characters"
    return found
