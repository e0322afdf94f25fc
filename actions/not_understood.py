"""A message that the assistant could not place."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, shared_client
from actions.turns import message_id, misses_in_a_row

_HANDED_OVER = "utter_person_will_read"
_MISSES_BEFORE_A_PERSON = 2


class ActionNotUnderstood(Action):
    """Says what we can do; the second time in a row a person is asked to read the conversation."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_not_understood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Answer the miss."""
        if misses_in_a_row(tracker.events, _HANDED_OVER) < _MISSES_BEFORE_A_PERSON:
            dispatcher.utter_message(response="utter_not_understood")
        else:
            dispatcher.utter_message(response=await _hand_over(tracker))
        return []


async def _hand_over(tracker: Tracker) -> str:
    try:
        await shared_client().ask_person_to_reply(
            conversation_id=tracker.sender_id,
            message_id=message_id(tracker),
            reason="The assistant did not understand two messages in a row.",
        )
    except NotConfirmed:
        return "utter_person_not_reached"
    return _HANDED_OVER
