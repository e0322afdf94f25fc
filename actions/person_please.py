"""A carer asks for a person."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, shared_client
from actions.turns import confidence, message_id

SURE = 0.6  # Below, "the nurse has rung, ignore that" is as likely as "can a nurse ring".


class ActionPersonPlease(Action):
    """Opens an escalation for a nurse, and says so only when the API has confirmed that it exists."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_person_please"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Ask, then say what is true. Where the assistant is not sure that a person was asked for, it asks."""
        if confidence(tracker) < SURE:
            dispatcher.utter_message(response="utter_person_maybe")
            return []
        try:
            await shared_client().escalate(
                conversation_id=tracker.sender_id,
                message_id=message_id(tracker),
                category="human_request",
                priority="P2",
                summary="The carer asked to speak to a person.",
            )
            dispatcher.utter_message(response="utter_person_asked")
        except NotConfirmed:
            dispatcher.utter_message(response="utter_person_not_reached")
        return []
