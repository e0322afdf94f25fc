"""A call from a service, once it is offered (actions/offers.py): a few short questions, their end, and cancelling."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk.events import ActionExecuted, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, Refused, shared_client
from actions.offers import DECLINED, forget
from actions.referral_answers import ASIDE, FORM, LEADS, OFFERS, SAID, wanted
from actions.turns import latest, message_id
from actions.yes_or_no import NO


class _AskOne(Action, ABC):
    """Puts one question in approved words."""

    @property
    @abstractmethod
    def slot(self) -> str:
        """What is asked for."""

    @property
    @abstractmethod
    def response(self) -> str:
        """The question in domain.yml."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"action_ask_{FORM}_{self.slot}"

    leads: ClassVar[dict[str, str]] = LEADS  # What the turn is to the API.

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Say it."""
        dispatcher.utter_message(response=self.response, json_message=self.leads)
        return []


class ActionAskName(_AskOne):
    """Whom to ask for."""

    slot, response = "referral_name", "utter_referral_name"


class ActionAskNumber(_AskOne):
    """Where to ring, if we have no number."""

    slot, response = "referral_number", "utter_referral_number"
    leads: ClassVar[dict[str, str]] = {"leads": "referral_number"}  # So that by telephone the number can be typed.


class ActionAskTime(_AskOne):
    """When to ring."""

    slot, response = "referral_time", "utter_referral_time"


class ActionAskWanted(Action):
    """The offer itself. It stands after another answer, so the turn is that answer's."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"action_ask_{FORM}_referral_wanted"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Say the API's words."""
        dispatcher.utter_message(text=(tracker.get_slot("referral_offer") or {})["say"], json_message=OFFERS)
        return []


class ActionAskConsent(Action):
    """Says what would be passed on and asks whether that is all right, in the API's words."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"action_ask_{FORM}_referral_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Say it; where the API cannot put the question, the form ends and nothing is passed on."""
        try:
            say = await shared_client().referral_question(wanted(tracker))
        except NotConfirmed:
            dispatcher.utter_message(response="utter_referral_not_made", json_message=LEADS)
            return [SlotSet("referral_outcome", SAID), SlotSet(REQUESTED_SLOT, None)]
        dispatcher.utter_message(text=say, json_message=LEADS)
        return []


class ActionEndReferral(Action):
    """What follows when the form is over."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_end_referral"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Words that were no answer are taken up again as if the form had not been there."""
        outcome = tracker.get_slot("referral_outcome")
        declined: list[dict[str, Any]] = []
        if outcome == NO:
            dispatcher.utter_message(response="utter_referral_not_wanted", json_message=LEADS)
            declined = [SlotSet(DECLINED, True)]
        again = [ActionExecuted("action_listen"), latest(tracker)] if outcome == ASIDE else []
        return [*declined, *forget(), *again]


class ActionCancelReferral(Action):
    """The carer wants no call after all."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_cancel_referral"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Withdraw it, and say so only when the API has confirmed it."""
        try:
            dispatcher.utter_message(
                text=await shared_client().withdraw_referral(tracker.sender_id, message_id(tracker))
            )
        except Refused:
            dispatcher.utter_message(response="utter_referral_none_open")
        except NotConfirmed:
            dispatcher.utter_message(response="utter_referral_not_cancelled")
        return []
