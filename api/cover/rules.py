"""Which holes in a rota are told of, when, and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.people.rules import Role
from api.rota.rules import Problem

AHEAD = timedelta(hours=24)  # The first time that somebody hears of a hole before it is there.
AGAIN = timedelta(hours=2)  # The second time.
HORIZON = timedelta(days=14)  # A rota that ends sooner than this is told of, once.
LOOK_EVERY = timedelta(minutes=1)
HEARS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


class Stage(StrEnum):
    """How near a hole is."""

    FAR = "far"
    AHEAD = "ahead"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Told:
    """A hole that is known already: who has been told of it how near."""

    fault: str
    rung: str
    starts_at: datetime
    ends_at: datetime
    stage: str

    def is_about(self, problem: Problem) -> bool:
        """Whether it is this one: holes that touch are one, however time has moved on within them."""
        same = (self.fault, self.rung) == (problem.fault, problem.rung)
        return same and problem.starts_at <= self.ends_at and self.starts_at <= problem.ends_at


def stage(problem: Problem, now: datetime) -> Stage:
    """How near it is; what is there already is as near as can be."""
    left = problem.starts_at - now
    return Stage.NEAR if left <= AGAIN else Stage.AHEAD if left <= AHEAD else Stage.FAR


def is_news(told: Iterable[Told], problem: Problem, now: datetime) -> bool:
    """Whether somebody must hear of it now: at first, and once more when it is near."""
    reached = stage(problem, now)
    known = {one.stage for one in told if one.is_about(problem)}
    return reached is not Stage.FAR and reached not in known and Stage.NEAR not in known


def ends_soon(published_until: datetime, now: datetime) -> bool:
    """Whether a rota runs out so soon that somebody must go on with it."""
    return published_until - now <= HORIZON
