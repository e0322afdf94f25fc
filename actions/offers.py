"""Offers of a call from a service: where an answer ends with one, and, unasked, where a guide has said all it had to.

An unasked one is made once for each service, and never after a no. By text it may not fit behind what was said; then it
waits until the carer wants more, or says thanks.
"""

from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, shared_client
from actions.referral_answers import ANSWERS, FORM
from actions.turns import intent, is_fresh, is_one_of_two

SLOTS = ("referral_offer", *ANSWERS, "referral_unclear", "referral_outcome")
LATER = "offer_later"  # The need for which a call has still to be offered.
OFFERED, DECLINED = "calls_offered", "calls_declined"
NO_NEED_NAMED = "referral_request"  # The one intent with an offer that is no need of the directory's.
LONGEST_TEXT = 306  # Places of a text message.
AFTER_A_STATEMENT = 26  # Of which domain.yml takes so many for utter_guide_end, and a line for it.

Events = list[dict[str, Any]]


class ActionOfferReferral(Action):
    """After an answer: offers a call from the service that takes this need, if there is one."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_offer_referral"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        """Begin the form, whose first question is the offer. Where the API has none to make, nothing is said."""
        if is_one_of_two(tracker):
            return []
        asked_for = intent(tracker)
        need = None if asked_for == NO_NEED_NAMED else asked_for
        offer = await _offer(tracker, need)
        return _begin(offer, need) if offer else []


class ActionOfferLater(Action):
    """After thanks: makes the offer that has waited since a guide, if one has."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_offer_later"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        """Begin the form, as above."""
        return [] if is_one_of_two(tracker) else await waiting(tracker)


async def due(tracker: Tracker, need: str | None) -> dict[str, Any] | None:
    """The call that may be offered unasked for this need, as the API offers it. None: there is none, or no more."""
    if need is None or tracker.get_slot(DECLINED):
        return None
    offer = await _offer(tracker, need, unasked=True)
    return offer if offer and offer["service"] not in _made(tracker) else None


def has_room(tracker: Tracker, told: str, offer: dict[str, Any]) -> bool:
    """Whether it fits behind the last that a guide had to say."""
    by_text = tracker.get_latest_input_channel() in (None, "sms")
    return not by_text or len(told) + AFTER_A_STATEMENT + 1 + len(offer["say"]) <= LONGEST_TEXT


def make(tracker: Tracker, offer: dict[str, Any], need: str | None) -> Events:
    """Begins the form with an unasked offer."""
    return [SlotSet(OFFERED, [*_made(tracker), offer["service"]]), SlotSet(LATER, None), *_begin(offer, need)]


async def waiting(tracker: Tracker) -> Events:
    """Begins the form with the offer that has waited since a guide of today. Empty: none has."""
    need = tracker.get_slot(LATER) if is_fresh(tracker, LATER) else None
    offer = await due(tracker, need)
    return make(tracker, offer, need) if offer else []


def forget() -> Events:
    """Everything of the last offer."""
    return [SlotSet(slot, None) for slot in SLOTS]


def _made(tracker: Tracker) -> list[str]:
    return list(tracker.get_slot(OFFERED) or [])


async def _offer(tracker: Tracker, need: str | None, unasked: bool = False) -> dict[str, Any] | None:
    try:
        return await shared_client().offer_referral(tracker.sender_id, need, unasked)
    except NotConfirmed:
        return None


def _begin(offer: dict[str, Any], need: str | None) -> Events:
    return [*forget(), SlotSet("referral_offer", {**offer, "need": need}), FollowupAction(FORM)]
