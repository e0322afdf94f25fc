"""What one message asks for: usually one need, now and then two, and sometimes another than was answered before.

Every part is read by the trained model that reads the whole (`parse`), so one threshold means the same everywhere.
Measured on data/evaluation/everyday.jsonl, where no message asks two things: `python -m bot.measure_needs`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME

from bot.clauses import asks, clauses
from bot.whole_messages import meant

Parsed = dict[str, Any]
Parse = Callable[[str], Awaitable[Parsed]]

CLEAR = 0.6  # Twice the fallback's threshold: a part has few words, and a wrong second answer is worse than none.
CERTAIN = 0.97  # For a wish for a person, which wakes a nurse. "The nurses see to it" comes to 0.96.
A_PERSON = "person_please"
NOT_THAT = "not_that"
# No need of its own beside another: small talk, and what is about the line and not about the carer.
_BESIDE_NOTHING = frozenset(
    {
        DEFAULT_NLU_FALLBACK_INTENT_NAME,
        A_PERSON,
        NOT_THAT,
        "out_of_scope",
        "greeting",
        "thanks",
        "goodbye",
        "what_this_is",
        "who_are_you",
        "privacy_question",
        "opt_out",
        "complaint_or_feedback",
        "text_me_that",
        "more",
    }
)
# Needs whose answers say much the same are one need; that a part of a message leans to the other adds nothing.
_KIN = (
    frozenset({"benefits_carer", "benefits_disability", "benefits_special_rules"}),
    frozenset({"emotional_support", "anticipatory_grief", "bereavement_emotional", "bereavement_suicide_loss"}),
    frozenset({"respite", "night_sitting"}),
    frozenset({"what_to_expect_dying", "symptom_information"}),
)


class Needs(NamedTuple):
    """What is answered first, what is answered after it if anything, and how the whole message was read."""

    first: Parsed
    second: Parsed | None
    whole: Parsed


async def needs(text: str, parse: Parse) -> Needs:
    """Read a message. One that has a single part is read once."""
    whole = await parse(text)
    if _name(whole) == NOT_THAT:
        return Needs(await _instead(text, parse) or whole, None, whole)
    parts = clauses(text)
    read = [await parse(part) for part in parts if asks(part)] if len(parts) > 1 else []
    for one in read:
        if is_clear(one, A_PERSON, CERTAIN):
            return Needs(one, None, whole)
    first, second = (None, None) if best(whole) in _BESIDE_NOTHING else _two(read)
    return Needs(first or whole, second, whole)


def best(parsed: Parsed) -> str:
    """The likeliest intent, whether or not it is likely enough to be answered."""
    ranking = [one["name"] for one in parsed.get("intent_ranking", ())]
    return next((name for name in ranking if name != DEFAULT_NLU_FALLBACK_INTENT_NAME), _name(parsed))


def is_clear(parsed: Parsed, intent: str, at_least: float) -> bool:
    """Whether this is the intent, and surely so."""
    return _name(parsed) == intent and float(parsed["intent"].get("confidence") or 0.0) >= at_least


def _two(read: list[Parsed]) -> tuple[Parsed | None, Parsed | None]:
    """The first two parts that ask for different things, clearly."""
    clear = [one for one in read if _name(one) not in _BESIDE_NOTHING and is_clear(one, _name(one), CLEAR)]
    for place, first in enumerate(clear):
        for second in clear[place + 1 :]:
            if not _alike(_name(first), _name(second)):
                return first, second
    return None, None


def _alike(one: str, other: str) -> bool:
    return one == other or any({one, other} <= kin for kin in _KIN)


async def _instead(text: str, parse: Parse) -> Parsed | None:
    """The need that stands behind "no, I meant", if it is clear."""
    rest = meant(text)
    if not rest:
        return None
    parsed = await parse(rest)
    name = _name(parsed)
    is_need = name not in _BESIDE_NOTHING or name == A_PERSON
    return parsed if is_need and is_clear(parsed, name, CLEAR) else None


def _name(parsed: Parsed) -> str:
    return str(parsed["intent"].get("name") or "")
