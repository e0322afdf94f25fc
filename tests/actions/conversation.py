"""Conversations as Rasa hands them to an action: a list of events."""

from typing import Any, cast

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

CONVERSATION = "conversation-1"


def carer(
    intent: str | None, message_id: str | None, *ranking: str, text: str = "her own words", **metadata: Any
) -> dict[str, Any]:
    """The carer wrote; this is how it was understood. `ranking`: the intents after the likeliest."""
    ranked = [{"name": name, "confidence": 0.9 / 4**place} for place, name in enumerate((intent, *ranking))]
    return {
        "event": "user",
        "text": text,
        "parse_data": {"intent": ranked[0], "intent_ranking": ranked},
        "metadata": {"message_id": message_id, **metadata} if message_id else {},
        "message_id": "rasas-own",
        "input_channel": "web",
    }


def bot(response: str | None) -> dict[str, Any]:
    """The assistant said something."""
    return {"event": "bot", "text": "words", "metadata": {"utter_action": response} if response else {}}


def tracker(*events: dict[str, Any], **slots: Any) -> Tracker:
    """The conversation as an action sees it after these events."""
    latest: dict[str, Any] = next((event for event in reversed(events) if event["event"] == "user"), {})
    message = {"text": latest.get("text"), **(latest.get("parse_data") or {})}
    return Tracker(CONVERSATION, slots, message, list(events), False, None, {}, None)


async def done(action: Action, *events: dict[str, Any], **slots: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    """Run an action after these events: what it said, and the events that it made."""
    dispatcher = CollectingDispatcher()
    made = await action.run(dispatcher, tracker(*events, **slots), cast("Any", {}))
    return dispatcher.messages, made


async def said(action: Action, *events: dict[str, Any], **slots: Any) -> list[str]:
    """Run an action that changes nothing in Rasa after these events; the responses that it chose."""
    messages, made = await done(action, *events, **slots)
    assert made == []
    return [message["response"] for message in messages]
