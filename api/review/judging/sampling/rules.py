"""What must be reviewed, drawn so that nobody can pick, and who reads it, so that nobody has too much of it. Pure."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

_ALL = 2**64


class Why(StrEnum):
    """Why a stretch of a conversation is reviewed, or is not."""

    RED = "red"  # A call for help of a priority of which all are reviewed.
    HANDED_OVER = "handed_over"  # A person took over, or was asked to.
    NOT_HELPED = "not_helped"  # The carer said so afterwards.
    SHARE = "share"  # None of these: it was drawn by chance, or not.


@dataclass(frozen=True, slots=True)
class Wanted:
    """data/review/sampling.yml."""

    always: frozenset[str]
    share: float
    salt: str
    second_share: float
    still: timedelta
    look_back: timedelta
    due: dict[str, timedelta]
    hard_a_day: int
    hard: frozenset[str]
    in_time: timedelta
    few_below: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened in one stretch of a conversation."""

    priorities: frozenset[str]
    categories: frozenset[str]
    handed_over: bool
    died: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was decided of it. `share`: the chance that it had of being reviewed."""

    why: Why
    share: float
    chosen: bool
    second: bool
    hard: bool


def lot(salt: str, what: str, conversation_id: UUID, number: int) -> float:
    """A number from 0 up to 1, for ever the same for the same stretch, and as good as random over all of them."""
    digest = hashlib.sha256(f"{salt}:{what}:{conversation_id}:{number}".encode()).digest()
    return int.from_bytes(digest[:8]) / _ALL


def draw(wanted: Wanted, conversation_id: UUID, number: int, seen: Seen) -> Drawn:
    """Whether this stretch is reviewed, whether by two, and whether it is hard to read."""
    why = why_reviewed(wanted, seen)
    share = wanted.share if why == Why.SHARE else 1.0
    return Drawn(
        why=why,
        share=share,
        chosen=lot(wanted.salt, "first", conversation_id, number) < share,
        second=lot(wanted.salt, "second", conversation_id, number) < wanted.second_share,
        hard=seen.died or bool(seen.categories & wanted.hard),
    )


def why_reviewed(wanted: Wanted, seen: Seen) -> Why:
    """The first reason that there is. Whether it helped is not known yet: carers are asked afterwards."""
    if seen.priorities & wanted.always:
        return Why.RED
    return Why.HANDED_OVER if seen.handed_over else Why.SHARE


@dataclass(frozen=True, slots=True)
class Load:
    """What one reader carries: `waiting` to be read, `hard_lately` in four weeks, and of these `hard_today`."""

    person_id: UUID
    waiting: int = 0
    hard_today: int = 0
    hard_lately: int = 0

    def with_one_more(self, hard: bool) -> "Load":
        """The same after one more was given to them."""
        return Load(self.person_id, self.waiting + 1, self.hard_today + hard, self.hard_lately + hard)


LATELY = timedelta(days=28)


def next_reader(loads: Iterable[Load], not_these: Collection[UUID], hard: bool, hard_a_day: int) -> Load | None:
    """Who reads the next one: whoever carries least. None: nobody may, or nobody may take a hard one today.

    Of hard ones, whoever had the fewest lately; so over time everybody has as many, however the days fall.
    """
    free = [one for one in loads if one.person_id not in not_these and not (hard and one.hard_today >= hard_a_day)]
    return min(free, key=lambda one: _place(one, hard), default=None)


def _place(one: Load, hard: bool) -> tuple[int, int, str]:
    first, then = (one.hard_lately, one.waiting) if hard else (one.waiting, one.hard_lately)
    return first, then, str(one.person_id)
