"""A carer asks for a person."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, shared_client
from actions.turns import message_id


class ActionPersonPlease(Action):
    """Opens an escalation for a nurse, and says so only when the API has confirmed that it exists."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_person_please"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Ask, then say what is true."""
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
