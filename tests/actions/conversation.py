"""Conversations as Rasa hands them to an action: a list of events."""

from typing import Any, cast

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

CONVERSATION = "conversation-1"


def carer(intent: str | None, message_id: str | None) -> dict[str, Any]:
    """The carer wrote; this is how it was understood."""
    return {
        "event": "user",
        "text": "her own words",
        "parse_data": {"intent": {"name": intent, "confidence": 0.9}},
        "metadata": {"message_id": message_id} if message_id else {},
        "message_id": "rasas-own",
    }


def bot(response: str | None) -> dict[str, Any]:
    """The assistant said something."""
    return {"event": "bot", "text": "words", "metadata": {"utter_action": response} if response else {}}


async def said(action: Action, *events: dict[str, Any]) -> list[str]:
    """Run an action after these events; the responses that it chose."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker(CONVERSATION, {}, {}, list(events), False, None, {}, None)
    assert await action.run(dispatcher, tracker, cast("Any", {})) == []
    return [message["response"] for message in dispatcher.messages]
