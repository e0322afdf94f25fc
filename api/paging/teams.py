"""What a team's file in `data/teams` says of paging, beside its ladders: limits, last resort, drills."""

from collections.abc import Callable
from datetime import time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from api import settings
from api.errors import BadData
from api.paging.drills.rules import DrillTime, check_times
from api.paging.rules import Limits, check_limits
from api.people.rules import LOOKS_AFTER_CARERS, Role

FAULTS = (OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError)


def path_of(team_code: str) -> Path:
    """Where a team's file stands."""
    return settings.get().data_dir / "teams" / f"{team_code}.yml"


def read(team_code: str) -> dict[str, Any]:
    """The file as it stands. Raises one of FAULTS."""
    loaded: dict[str, Any] = yaml.safe_load(path_of(team_code).read_text(encoding="utf-8"))
    return loaded


def _part[T](team_code: str, name: str, make: Callable[[Any], T]) -> T:
    try:
        return make(read(team_code)[name])
    except FAULTS as error:
        raise BadData(f"{team_code}.yml: no usable {name} ({error!r})") from error


def priorities(team_code: str) -> tuple[str, ...]:
    """The priorities for which the team has a ladder, the most urgent first."""
    return _part(team_code, "ladders", tuple)


@cache
def limits(team_code: str) -> Limits:
    """What one person of this team can carry before others are asked first."""

    def make(raw: Any) -> Limits:
        night = raw["night"]
        found = Limits(raw["open"], raw["woken"], _clock(night["from"]), _clock(night["until"]))
        check_limits(found)
        return found

    return _part(team_code, "limits", make)


@cache
def hand_on_within(team_code: str, priority: str) -> timedelta:
    """How long a named colleague has to take what is handed on to them."""

    def make(raw: Any) -> timedelta:
        found = timedelta(minutes=raw[priority])
        if found <= timedelta():
            raise ValueError("it must be more than nothing")
        return found

    return _part(team_code, "hand_on", make)


@cache
def last_resort(team_code: str) -> tuple[Role, ...]:
    """The roles whose holders are told, on duty or not, when everybody on call was asked and nobody accepted."""

    def make(raw: Any) -> tuple[Role, ...]:
        found = tuple(Role(role) for role in raw)
        if not found or not LOOKS_AFTER_CARERS.issuperset(found):
            raise ValueError("it must name roles that look after carers")
        return found

    return _part(team_code, "last_resort", make)


@cache
def drill_times(team_code: str) -> tuple[DrillTime, ...]:
    """When each day's drills are, and for which start of a shift."""

    def make(raw: Any) -> tuple[DrillTime, ...]:
        found = tuple(DrillTime(_clock(one["at"]), _clock(one["shift"])) for one in raw)
        check_times(found)
        return found

    return _part(team_code, "drills", make)


def _clock(words: str) -> time:
    return time.fromisoformat(words)
