"""Which holes in a published rota are told of, and when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from api.rota.rules import Fault, Problem

AHEAD = timedelta(hours=24)  # The first time that somebody hears of a hole before it is there.
AGAIN = timedelta(hours=2)  # The second time.
HORIZON = timedelta(days=14)  # A rota that ends sooner than this is told of, too.
LOOK_EVERY = timedelta(minutes=1)
ENDS_SOON = "ends_soon"
_TOLD = frozenset({Fault.GAP, Fault.NO_PHONE, Fault.LEFT})


class Stage(StrEnum):
    """How near a hole is."""

    AHEAD = "ahead"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Hole:
    """Hours in which nobody can be reached on a rung, or (`fault` ends_soon) the end of the rota."""

    fault: str
    rung: str
    person_id: UUID | None
    starts_at: datetime
    ends_at: datetime

    def is_about(self, other: "Hole") -> bool:
        """Whether both are the same: holes that touch are one, however time has moved on within them."""
        same = (self.fault, self.rung, self.person_id) == (other.fault, other.rung, other.person_id)
        return same and self.starts_at <= other.ends_at and other.starts_at <= self.ends_at


def holes(problems: Iterable[Problem], published_until: datetime, now: datetime) -> list[Hole]:
    """What is to be told of: what is wrong with the next day, and a rota that ends soon."""
    found: list[Hole] = []
    for one in problems:
        if one.fault in _TOLD:
            hole = Hole(one.fault, one.rung, one.people[0] if one.people else None, one.starts_at, one.ends_at)
            same = next((other for other in found if other.is_about(hole)), None)
            if same is not None:
                found.remove(same)
                hole = replace(same, ends_at=max(same.ends_at, hole.ends_at))
            found.append(hole)
    if published_until - now <= HORIZON:
        found.append(Hole(ENDS_SOON, "", None, published_until, published_until))
    return found


def stage(hole: Hole, now: datetime) -> Stage:
    """How near it is; what is there already is as near as can be."""
    return Stage.NEAR if hole.starts_at - now <= AGAIN else Stage.AHEAD


def must_tell(hole: Hole, told: Stage | None, now: datetime) -> bool:
    """Whether somebody must hear of it now: at first, and once more when it is near."""
    return told is None or (told is Stage.AHEAD and stage(hole, now) is Stage.NEAR)
