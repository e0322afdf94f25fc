"""Ladders: whom to page, when, whom to spare, and what comes after. Codes, and how a nurse's reply is read."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID


class Answer(StrEnum):
    """What a page can be answered with."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CONTACTED = "contacted"
    RIGHT = "right"  # It was right to page, said afterwards.
    NOT_RIGHT = "not_right"


class PageState(StrEnum):
    """Where one page to one person stands. Its delivery is followed apart from it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class By(StrEnum):
    """How whoever holds a rung is rung: by a text, by a call that reads the page aloud, or by both at once."""

    TEXT = "text"
    CALL = "call"
    BOTH = "both"

    @property
    def texts(self) -> bool:
        """Whether a text goes out."""
        return self != By.CALL

    @property
    def rings(self) -> bool:
        """Whether a phone rings."""
        return self != By.TEXT


_MOST_URGENT = "P0"


def ring_by(wanted: str | Mapping[str, str] | None, rung: str, priority: str) -> By:
    """How a rung is rung, from a team's file: one word for all rungs, or one for each. Raises ValueError.

    What the file leaves out is by both for a life threat, because a text alone wakes nobody, and by text otherwise.
    """
    usual = By.BOTH if priority == _MOST_URGENT else By.TEXT
    if isinstance(wanted, str):
        return By(wanted)
    return By((wanted or {}).get(rung, usual))


def together(ways: Iterable[By]) -> By:
    """By text if any of these is, and by call if any of these is."""
    found = list(ways)
    texts, rings = any(one.texts for one in found), any(one.rings for one in found)
    return By.BOTH if texts and rings else By.CALL if rings else By.TEXT


@dataclass(frozen=True, slots=True)
class Step:
    """A rung, how long after the first one it is tried, and how whoever holds it is rung."""

    rung: str
    after: timedelta
    by: By = By.TEXT


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of one priority. Used up `used_up_after` the start; tried again from the top `again_after` that."""

    steps: tuple[Step, ...]
    used_up_after: timedelta
    again_after: timedelta


def check_ladder(ladder: Ladder) -> None:
    """Raise ValueError for a ladder that would leave somebody waiting for nothing, or for ever."""
    times = [step.after for step in ladder.steps]
    if not times or times[0] != timedelta():
        raise ValueError("the first step must be tried at once")
    if any(later <= earlier for earlier, later in pairwise([*times, ladder.used_up_after])):
        raise ValueError("each step, and the end, must come after the one before it")
    if ladder.again_after <= timedelta():
        raise ValueError("it must start again after some time")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one person can carry. Whoever has reached one of these is spared where somebody else can be asked.

    `open_at_once`: calls for help that they have accepted and that are not closed. `wake_ups`: calls for help that they
    have been paged for in one night, from `night_from` until `night_until` on a UK clock.
    """

    open_at_once: int
    wake_ups: int
    night_from: time
    night_until: time


def check_limits(limits: Limits) -> None:
    """Raise ValueError for limits that would spare everybody always, or a night that never begins."""
    if limits.open_at_once < 1 or limits.wake_ups < 1:
        raise ValueError("a limit must be 1 or more")
    if limits.night_from == limits.night_until:
        raise ValueError("a night must begin and end at different times")


def night_began(limits: Limits, local: datetime) -> datetime | None:
    """When the night began that this moment on a UK clock lies in. None: it is day."""
    start, end, at = limits.night_from, limits.night_until, local.time()
    over_midnight = start > end
    is_night = (at >= start or at < end) if over_midnight else start <= at < end
    if not is_night:
        return None
    day = local.date() - timedelta(days=1) if over_midnight and at < end else local.date()
    return datetime.combine(day, start, local.tzinfo)


def is_burdened(limits: Limits, accepted: int, woken: int) -> bool:
    """Whether somebody carries enough. `woken` is 0 by day."""
    return accepted >= limits.open_at_once or woken >= limits.wake_ups


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on a rung who has a number. `asked`: there was a page to them in this round."""

    person_id: UUID
    burdened: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One person to page, and the rung that they hold."""

    person_id: UUID
    rung: str


@dataclass(frozen=True, slots=True)
class Move:
    """What to do now. `used_up`: the last rung has had its time; whoever was not asked in this round still is."""

    asks: tuple[Ask, ...]
    skipped: tuple[str, ...]
    spared: tuple[Ask, ...]
    next_step: int
    wait: timedelta
    used_up: bool = False


def next_move(ladder: Ladder, step: int, rungs: Mapping[str, Sequence[Holder]], urgent: bool) -> Move:
    """The move at `step` (0 = the first), given who can be reached on each rung.

    A rung that nobody can be reached on is skipped at once. Whoever is burdened is spared while somebody on the same
    rung or a later one is not, and is asked with the last rung; where it is urgent nobody is spared, and the next rung
    is asked at the same time. After the last rung the ladder is used up, and the wait is until it starts again from the
    top: a page is placed until a human accepts it.
    """
    skipped: list[str] = []
    spared: list[Ask] = []
    for index in range(step, len(ladder.steps)):
        rung = ladder.steps[index].rung
        if not rungs.get(rung):
            skipped.append(rung)
            continue
        asks, passed = _asked_at(ladder, index, rungs, urgent)
        spared += passed
        if asks:
            return Move(asks, tuple(skipped), tuple(spared), index + 1, _until_next(ladder, index))
    left = [Ask(one.person_id, rung) for rung, holders in rungs.items() for one in holders if not one.asked]
    return Move(_once(left), tuple(skipped), (), 0, ladder.again_after, used_up=True)


def _asked_at(
    ladder: Ladder, index: int, rungs: Mapping[str, Sequence[Holder]], urgent: bool
) -> tuple[tuple[Ask, ...], tuple[Ask, ...]]:
    """Whom to ask when a rung's turn comes, and whom to spare."""
    rung = ladder.steps[index].rung
    here = [Ask(one.person_id, rung) for one in rungs[rung]]
    rested = [Ask(one.person_id, rung) for one in rungs[rung] if not one.burdened]
    later = [one.rung for one in ladder.steps[index + 1 :] if rungs.get(one.rung)]
    with_rested = next((one for one in later if any(not holder.burdened for holder in rungs[one])), None)
    if urgent:
        besides = [Ask(one.person_id, with_rested) for one in rungs[with_rested]] if with_rested and not rested else []
        return _once(here + besides), ()
    if not later:  # The last that can be reached: now whoever was spared is asked as well.
        before = [one.rung for one in ladder.steps[:index]]
        unasked = [Ask(one.person_id, lower) for lower in before for one in rungs.get(lower, ()) if not one.asked]
        return _once(here + unasked), ()
    if rested or with_rested:
        return tuple(rested), tuple(ask for ask in here if ask not in rested)
    return tuple(here), ()


def _once(asks: Sequence[Ask]) -> tuple[Ask, ...]:
    """Each person once, though they may hold two rungs."""
    return tuple({ask.person_id: ask for ask in reversed(asks)}.values())[::-1]


def _until_next(ladder: Ladder, index: int) -> timedelta:
    steps = ladder.steps
    following = steps[index + 1].after if index + 1 < len(steps) else ladder.used_up_after
    return following - steps[index].after


def free_code(taken: Collection[int]) -> int:
    """The lowest number that is on none of this person's open pages."""
    return next(code for code in range(1, len(taken) + 2) if code not in taken)


_REPLY = re.compile(r"^\s*(?:(?P<before>\d{1,3})\s*)?(?P<word>[a-z]+)\s*(?P<after>\d{1,3})?\s*[.!]*\s*$", re.IGNORECASE)
_WORDS = {
    Answer.ACCEPT: {"a", "accept", "accepted", "yes"},
    Answer.DECLINE: {"d", "decline", "declined", "no"},
    Answer.CONTACTED: {"c", "contacted", "spoken", "done"},
    Answer.RIGHT: {"y"},
    Answer.NOT_RIGHT: {"n"},
}


def read_reply(text: str) -> tuple[Answer, int | None] | None:
    """`1a`, `a1`, `1 accept` or plain `accept`: the answer and the code, if one was given. None: not an answer."""
    match = _REPLY.match(text)
    if match is None:
        return None
    word, code = match["word"].lower(), match["before"] or match["after"]
    for answer, words in _WORDS.items():
        if word in words:
            return answer, int(code) if code else None
    return None
