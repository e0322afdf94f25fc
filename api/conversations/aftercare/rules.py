"""When and whom the survey asks, and what is a plain answer to it. Whatever is doubtful leads to no survey."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from api.conversations.rules import keyword
from api.rota.rules import UK

_EDGES = re.compile(r"^[\s.!?,'\"]+|[\s.!?,'\"]+$")


class Question(StrEnum):
    """The two questions, by the names of their approved texts."""

    HELPED = "survey_helped"
    SAFE = "survey_safe"


class Answer(StrEnum):
    """What a carer may answer."""

    YES = "yes"
    PARTLY = "partly"  # Of the first question only.
    NO = "no"


class WhyNot(StrEnum):
    """Why a carer is not asked, at least not now."""

    NOT_THERE = "not there"  # On the telephone, with a hidden number, or in a conversation that is closed.
    OPTED_OUT = "opted out"
    DIED = "died"
    WATCHED = "watched"
    NEVER_AFTER = "never after"  # Something was heard after which nobody is asked.
    ASKED_BEFORE = "asked before"
    HELD = "held"  # A person is writing there.
    CALL_OPEN = "call open"
    TASK_OPEN = "task open"
    QUESTION_OPEN = "question open"  # A yes or no would answer something else.
    SWITCHED = "switched"
    NOT_STILL = "not still"
    TOO_LATE = "too late"
    WRONG_HOUR = "wrong hour"


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of data/aftercare.yml. `opens`, `closes`: on a UK clock."""

    still_for: timedelta
    too_late_after: timedelta
    opens: time
    closes: time
    not_again_for: timedelta
    open_for: timedelta


@dataclass(frozen=True, slots=True)
class NeverAfter:
    """What was heard of a carer who is never asked. `words`: as a pattern over plain text."""

    categories: frozenset[str]
    intents: frozenset[str]
    intents_from: float
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Carer:
    """What is known of one carer, on whichever channel the same number wrote.

    `still_since`: their last word or ours, or the end of the last call for help or task. `never_after`: see NeverAfter.
    """

    there: bool
    still_since: datetime
    asked_at: datetime | None = None
    opted_out: bool = False
    died: bool = False
    watched: bool = False
    never_after: bool = False
    held: bool = False
    call_open: bool = False
    task_open: bool = False
    question_open: bool = False
    switched: bool = False


def why_not(carer: Carer, timing: Timing, now: datetime) -> WhyNot | None:
    """Why this carer is not asked now. None: they may be."""
    obstacles = {
        WhyNot.NOT_THERE: not carer.there,
        WhyNot.OPTED_OUT: carer.opted_out,
        WhyNot.DIED: carer.died,
        WhyNot.WATCHED: carer.watched,
        WhyNot.NEVER_AFTER: carer.never_after,
        WhyNot.ASKED_BEFORE: carer.asked_at is not None and now < carer.asked_at + timing.not_again_for,
        WhyNot.HELD: carer.held,
        WhyNot.CALL_OPEN: carer.call_open,
        WhyNot.TASK_OPEN: carer.task_open,
        WhyNot.QUESTION_OPEN: carer.question_open,
        WhyNot.SWITCHED: carer.switched,
        WhyNot.NOT_STILL: now < carer.still_since + timing.still_for,
        WhyNot.TOO_LATE: now >= carer.still_since + timing.too_late_after,
        WhyNot.WRONG_HOUR: not is_hour(timing, now),
    }
    return next((why for why, is_so in obstacles.items() if is_so), None)


def is_hour(timing: Timing, now: datetime) -> bool:
    """Whether a UK clock shows an hour at which somebody may be asked."""
    return timing.opens <= now.astimezone(UK).time() < timing.closes


def asks(words: str) -> bool:
    """Whether something that was said to a carer is, or holds, a question: what they say next may answer that."""
    return "?" in words


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for any of these words, as whole words, whatever their case and the gaps between them."""
    each = (r"\s+".join(re.escape(part) for part in one.split()) for one in words)
    return re.compile(rf"\b(?:{'|'.join(each)})\b", re.IGNORECASE)


def is_understood(understood: Mapping[str, Any] | None, never: NeverAfter) -> bool:
    """Whether the assistant took a message for one of these intents, or thought that it might be."""
    if not understood:
        return False
    ranking = understood.get("ranking") or []
    likely = {intent for intent, share in ranking if share >= never.intents_from} | {understood.get("intent")}
    return bool(likely & never.intents)


def answer(body: str, question: Question, answers: Mapping[Answer, frozenset[str]]) -> Answer | None:
    """What a whole message answers. None: it is no plain answer to this question, or a word with its own meaning."""
    if keyword(body) is not None:
        return None
    said = " ".join(_EDGES.sub("", body).lower().replace("’", "'").split())
    found = next((one for one in Answer if said in answers.get(one, ())), None)
    return None if found == Answer.PARTLY and question == Question.SAFE else found
