"""A message that the assistant could not place."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, shared_client
from actions.needs import chosen_by_words
from actions.turns import message_id, misses_in_a_row, said_again

HANDED_OVER = "utter_person_will_read"
MISSES_BEFORE_A_PERSON = 2


class ActionNotUnderstood(Action):
    """Says what we can do; the second time in a row a person is asked to read the conversation."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_not_understood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Answer the miss, unless it names one of two needs that were just offered."""
        if (need := chosen_by_words(tracker)) is not None:
            return said_again(tracker, need)
        if misses_in_a_row(tracker.events, HANDED_OVER) < MISSES_BEFORE_A_PERSON:
            dispatcher.utter_message(response="utter_not_understood")
        else:
            dispatcher.utter_message(response=await hand_over(tracker))
        return []


async def hand_over(tracker: Tracker) -> str:
    """Ask a person to read the conversation: the response that is then true."""
    try:
        await shared_client().ask_person_to_reply(
            conversation_id=tracker.sender_id,
            message_id=message_id(tracker),
            reason="The assistant did not understand two messages in a row.",
        )
    except NotConfirmed:
        return "utter_person_not_reached"
    return HANDED_OVER
