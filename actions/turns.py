"""Reading a conversation as Rasa hands it over: which message this is, and how often we have not understood."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk.interfaces import Tracker

Event = dict[str, Any]

_SKIPS = frozenset({"skip", "pass", "next", "dont know", "don't know", "not sure", "cant say", "idk", "dunno"})
# What the assistant could not place: below the threshold, or recognised as not our business.
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})


def message_id(tracker: Tracker) -> str | None:
    """The API's id of the message that is being answered."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return _message_id(event)
    return None


def latest(tracker: Tracker) -> Event:
    """The message that is being answered, as Rasa keeps it. Empty: the carer has said nothing yet."""
    return next((event for event in reversed(tracker.events) if event["event"] == "user"), {})


def confidence(tracker: Tracker) -> float:
    """How sure the assistant is of the intent of the message that is being answered."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            intent = (event.get("parse_data") or {}).get("intent") or {}
            return float(intent.get("confidence") or 0.0)
    return 0.0


def intent(tracker: Tracker) -> str:
    """What the assistant takes the message that is being answered for. Empty: nothing."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return _intent(event) or ""
    return ""


def guide_is_open(tracker: Tracker) -> bool:
    """Whether a guide's question is the last that the carer has heard, from the assistant or anybody: the API knows."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return bool((event.get("metadata") or {}).get("guide_open"))
    return False


def begun_with(tracker: Tracker) -> list[str]:
    """What the API wants asked about, from the message that began the questions."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return list((event.get("metadata") or {}).get("topics") or [])
    return []


def is_skipped(said: str) -> bool:
    """Whether the carer would rather not answer this question."""
    return said.strip(" .!,'\"").lower() in _SKIPS


def misses_in_a_row(events: Sequence[Event], handed_over_by: str) -> int:
    """How many messages, up to the latest, were not understood one after another.

    An understood message ends the row, and so does the response `handed_over_by`: a person has been asked since then.
    A message that was handed in twice counts once.
    """
    missed: set[str | None] = set()
    for event in reversed(events):
        if _says(event, handed_over_by):
            break
        if event["event"] != "user":
            continue
        if _intent(event) not in NOT_UNDERSTOOD:
            break
        missed.add(_message_id(event))
    return len(missed)


def _says(event: Event, response: str) -> bool:
    return event["event"] == "bot" and (event.get("metadata") or {}).get("utter_action") == response


def _intent(event: Event) -> str | None:
    intent = (event.get("parse_data") or {}).get("intent") or {}
    name: str | None = intent.get("name")
    return name


def _message_id(event: Event) -> str | None:
    given = (event.get("metadata") or {}).get("message_id") or event.get("message_id")
    return str(given) if given else None
