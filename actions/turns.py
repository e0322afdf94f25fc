"""Reading a conversation as Rasa hands it over: which message this is, and how often we have not understood."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import ActionExecuted, UserUttered
from rasa_sdk.interfaces import Tracker

Event = dict[str, Any]
_FRESH_FOR_SECONDS = 12 * 3600.0

_SKIPS = frozenset({"skip", "pass", "next", "dont know", "don't know", "not sure", "cant say", "idk", "dunno"})
# What the assistant could not place: below the threshold, not our business, or answered with something else.
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope", "not_that"})


def message_id(tracker: Tracker) -> str | None:
    """The API's id of the message that is being answered."""
    return _message_id(latest(tracker))


def latest(tracker: Tracker) -> Event:
    """The message that is being answered, as Rasa keeps it. Empty: the carer has said nothing yet."""
    return next((event for event in reversed(tracker.events) if event["event"] == "user"), {})


def confidence(tracker: Tracker) -> float:
    """How sure the assistant is of the intent of the message that is being answered."""
    meant = (latest(tracker).get("parse_data") or {}).get("intent") or {}
    return float(meant.get("confidence") or 0.0)


def intent(tracker: Tracker) -> str:
    """What the assistant takes the message that is being answered for. Empty: nothing."""
    return _intent(latest(tracker)) or ""


def is_fresh(tracker: Tracker, slot: str) -> bool:
    """Whether a slot was filled in the last hours: what was said yesterday may not be so today."""
    times = [event.get("timestamp") or 0.0 for event in tracker.events]
    noted = [event for event in tracker.events if event["event"] == "slot" and event.get("name") == slot]
    return bool(noted) and max(times) - (noted[-1].get("timestamp") or 0.0) < _FRESH_FOR_SECONDS


def guide_is_open(tracker: Tracker) -> bool:
    """Whether a guide's question is the last that the carer has heard, from the assistant or anybody: the API knows."""
    return bool(_metadata(tracker).get("guide_open"))


def is_one_of_two(tracker: Tracker) -> bool:
    """Whether the message asks two things, each of which is answered in this turn."""
    return bool(_metadata(tracker).get("one_of_two"))


def begun_with(tracker: Tracker) -> list[str]:
    """What the API wants asked about, from the message that began the questions."""
    return list(_metadata(tracker).get("topics") or [])


def _metadata(tracker: Tracker) -> dict[str, Any]:
    return latest(tracker).get("metadata") or {}


def is_skipped(said: str) -> bool:
    """Whether the carer would rather not answer this question."""
    return _plain(said) in _SKIPS


def _plain(said: str) -> str:
    return said.strip(" .!,'\"").replace(",", "").replace("’", "'").lower()


def choice(tracker: Tracker) -> str | None:
    """Which of the offered things the carer names: `first`, `second` or `other`. None: another message."""
    named: str | None = _metadata(tracker).get("choice")
    return named


def just_asked(events: Sequence[Event], response: str) -> bool:
    """Whether the last thing said before the carer's latest message was this response."""
    latest = next((at for at in reversed(range(len(events))) if events[at]["event"] == "user"), 0)
    said = [event for event in events[:latest] if event["event"] in ("bot", "user")]
    return bool(said) and _says(said[-1], response)


def ranking(event: Event) -> list[str]:
    """The intents of one message of the carer's, the likeliest first."""
    return [one["name"] for one in (event.get("parse_data") or {}).get("intent_ranking") or [] if one.get("name")]


def said_again(tracker: Tracker, intent: str | None = None) -> list[dict[str, Any]]:
    """Events that hand in the carer's latest message once more; with `intent`, as if it had been understood so.

    The rules then answer it as they answer any other message, whatever answers that need.
    """
    latest = next(event for event in reversed(tracker.events) if event["event"] == "user")
    parsed = dict(latest.get("parse_data") or {})
    if intent:
        meant = {"name": intent, "confidence": 1.0}
        parsed |= {"intent": meant, "intent_ranking": [meant]}
    again = UserUttered(latest.get("text"), parsed, input_channel=latest.get("input_channel"))
    known = {name: latest.get(name) for name in ("message_id", "metadata")}
    return [ActionExecuted("action_listen"), {**again, **known}]


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
