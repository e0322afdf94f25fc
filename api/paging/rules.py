"""Ladders: whom to page, when, and what comes after. Codes, and how a nurse's reply is read."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise


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


@dataclass(frozen=True, slots=True)
class Step:
    """A rung, and how long after the first one it is tried."""

    rung: str
    after: timedelta


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
class Move:
    """What to do now. `rung` None: nobody is left to page and the ladder is used up."""

    rung: str | None
    skipped: tuple[str, ...]
    next_step: int
    wait: timedelta


def next_move(ladder: Ladder, step: int, reachable: Collection[str]) -> Move:
    """The move at `step` (0 = the first), given the rungs that somebody with a number holds.

    A rung that nobody can be reached on is skipped at once. After the last rung the ladder is used up, and the wait is
    until it starts again from the top: a page is placed until a human accepts it.
    """
    skipped: list[str] = []
    for index in range(step, len(ladder.steps)):
        rung = ladder.steps[index].rung
        if rung in reachable:
            return Move(rung, tuple(skipped), index + 1, _until_next(ladder, index))
        skipped.append(rung)
    return Move(None, tuple(skipped), 0, ladder.again_after)


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
