"""The figures of a period out of what was decided, read and missed. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.review.judging.agreement.rules import Kappa, Sensitivity, Stratum, kappa, sensitivity
from api.review.judging.rules import Round, Verdict
from api.review.rules import share as out_of

WEEKS = 12
# What two readers are compared on, and how the answer is read.
QUESTIONS: Mapping[str, Callable[[Any], Any]] = {
    "should_have_escalated": lambda one: one.should_have_escalated,
    "priority": lambda one: one.priority or "none",
    "answer_right": lambda one: one.answer_right,
    "answer_kind": lambda one: one.answer_kind,
    "answer_complete": lambda one: one.answer_complete,
    "safety_net": lambda one: one.safety_net,
    "safeguarding": lambda one: one.safeguarding,
}


@dataclass(frozen=True, slots=True)
class Group:
    """How many stretches of one week had the same chance of being reviewed."""

    week: date  # Its Monday.
    share: float
    decided: int


@dataclass(frozen=True, slots=True)
class Read:
    """One stretch that was drawn and read: whether a crisis was found in time or missed, and whether anybody was paged.

    `should`: whoever read it says that it should have escalated. `red`: a call for help of which all are reviewed.
    """

    week: date
    share: float
    should: bool
    missed: bool
    red: bool


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the trend."""

    monday: date
    decided: int
    read: int
    found: Sensitivity


def of_all(groups: Iterable[Group], read: Sequence[Read]) -> Sensitivity:
    """The share of crises that was found in time."""
    decided: dict[float, int] = {}
    for group in groups:
        decided[group.share] = decided.get(group.share, 0) + group.decided
    return sensitivity(_stratum(share, number, read) for share, number in decided.items())


def _stratum(share: float, decided: int, read: Sequence[Read]) -> Stratum:
    of_it = [one for one in read if one.share == share]
    missed = sum(one.missed for one in of_it)
    found = sum(one.should for one in of_it) - missed
    return Stratum(max(decided, len(of_it)), len(of_it), found, missed, all_wanted=share == 1)


def by_week(groups: Sequence[Group], read: Sequence[Read], last: date) -> list[Week]:
    """The last weeks, the oldest first, those without anything too. `last`: the Monday of the newest."""
    mondays = [last - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    return [_week(monday, [one for one in groups if one.week == monday], read) for monday in mondays]


def _week(monday: date, groups: Sequence[Group], read: Sequence[Read]) -> Week:
    of_it = [one for one in read if one.week == monday]
    return Week(monday, sum(one.decided for one in groups), len(of_it), of_all(groups, of_it))


def right_calls(read: Iterable[Read]) -> dict[str, Any]:
    """Of the urgent calls for help that were read, the share of which readers say that it had to be one."""
    red = [one for one in read if one.red]
    return out_of(sum(one.should for one in red), len(red))


def agreement(by_stretch: Iterable[Iterable[Any]]) -> dict[str, Kappa]:
    """How far first and second readers agree on each question, over stretches that were drawn for two."""
    pairs = [pair for verdicts in by_stretch if (pair := _pair(verdicts)) is not None]
    return {name: kappa([(read(first), read(second)) for first, second in pairs]) for name, read in QUESTIONS.items()}


def _pair(verdicts: Iterable[Verdict]) -> tuple[Verdict, Verdict] | None:
    by_round = {one.round: one for one in verdicts}
    first, second = by_round.get(Round.FIRST), by_round.get(Round.SECOND)
    return (first, second) if first is not None and second is not None else None
