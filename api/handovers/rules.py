"""When a night begins and ends by the clock on the wall, and whether a sheet says anything."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
LATEST = timedelta(hours=6)  # After a night's end its sheet is still made, by a worker that was away, but not later.
PARTS = ("escalations", "conversations", "tasks", "deaths", "switches")
MADE_BY_JOB = "job:handovers"


@dataclass(frozen=True, slots=True)
class Plan:
    """A team's nights: from when until when on a UK clock, whom to chase, and how long after the sheet was made."""

    begins: time
    ends: time
    tell: str
    chase_after: timedelta


def _latest(at: time, now: datetime) -> datetime:
    """The last moment, not after now, at which a UK clock showed this."""
    local = now.astimezone(UK)
    found = datetime.combine(local.date(), at, UK)
    if found > local:
        found = datetime.combine(local.date() - timedelta(days=1), at, UK)
    return found.astimezone(now.tzinfo)


def last_night(plan: Plan, now: datetime) -> tuple[datetime, datetime]:
    """When the last night that is over began and ended."""
    ended = _latest(plan.ends, now)
    return _latest(plan.begins, ended - timedelta(seconds=1)), ended


def so_far(plan: Plan, now: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the last night, over or not, until now."""
    return _latest(plan.begins, now), now


def is_due(ended: datetime, now: datetime) -> bool:
    """Whether a night that ended then still gets its sheet."""
    return ended <= now < ended + LATEST


def says_anything(sheet: dict[str, Any]) -> bool:
    """Whether there is anything to hand over."""
    return any(sheet[part] for part in PARTS)
