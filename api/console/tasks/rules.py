"""What can be chosen about tasks, and when the carer is to be rung again."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from api.escalations.rules import BY_PHONE, task_ends

UK = ZoneInfo("Europe/London")
NOTE_LIMIT = 500  # Characters.
NO_ANSWER = "no_answer"
_CLOCK = re.compile(r"(\d{1,2})[:. ]?(\d{2})")


class Show(StrEnum):
    """Which tasks the list shows."""

    ALL = "all"
    MINE = "mine"
    FREE = "free"  # Nobody has taken them.
    COORDINATOR = "coordinator"


def again_at(typed: str, now: datetime) -> datetime | None:
    """The next time at which a UK clock shows this (`3:15`, `03.15`, `0315`). None: it is no time of day."""
    match = _CLOCK.fullmatch(typed.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    local = now.astimezone(UK)
    wanted = local.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    if wanted <= local:
        wanted = (wanted + timedelta(days=1)).replace(fold=0)
    return wanted.astimezone(now.tzinfo)


def outcomes(kind: str, coordinates: bool, tries: int) -> tuple[str, ...]:
    """What may have come of a task of this kind, the likeliest first."""
    likeliest, *others = task_ends(kind, coordinates, tries)
    return (likeliest, NO_ANSWER, *others) if kind in BY_PHONE else (likeliest,)


def errors(allowed: tuple[str, ...], outcome: str, note: str, again: datetime | None) -> dict[str, str]:
    """What is missing from the form, by its field."""
    found = {}
    if outcome not in allowed:
        found["outcome"] = "Say what happened"
    if not note:
        found["note"] = "Write what was done"
    elif len(note) > NOTE_LIMIT:
        found["note"] = f"Shorten the note to {NOTE_LIMIT} characters"
    if outcome == NO_ANSWER and again is None:
        found["again"] = "Write when to ring again, such as 03:15"
    return found
