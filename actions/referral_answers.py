"""What a carer answers when a call from a service was offered. Only a clear yes makes a referral."""

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT, FormValidationAction
from rasa_sdk.interfaces import Tracker

from actions.api_client import NotConfirmed, Refused, shared_client
from actions.turns import confidence, is_skipped, latest, message_id
from actions.yes_or_no import NO, YES, Counts, yes_or_no

FORM = "referral"
ANSWERS = ("referral_wanted", "referral_name", "referral_number", "referral_time", "referral_consent")
OFFERS = {"offers": FORM}  # So that the API knows that the turn ends with an offer, and asks nothing else beside it.
LEADS = {"leads": FORM}  # So that the API takes the turn for a part of the form, whatever its words look like.

# How the form ends beside a NO, which gets its own words: all is said, or the carer's words are answered as usual.
SAID, ASIDE = "said", "aside"

SURE = 0.8  # Below, "after six when he sleeps" is as likely a time as a question about sleep.
_SKIPPED = "skipped"
_SMALL_TALK = frozenset({"greeting", "thanks", "goodbye", "nlu_fallback", "out_of_scope", "service_hours_or_contact"})
_DIGITS = 10  # Of a telephone number with its area. Whether it is one is the API's to say.


class ValidateReferral(FormValidationAction):
    """Takes each answer. Of the words the slots keep only which message has them: the words are the API's to keep."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Take the answer, unless a nurse or a word about danger came between: then it answers no question of ours."""
        if tracker.get_slot(REQUESTED_SLOT) and not await _is_answer(tracker):
            return [SlotSet("referral_outcome", ASIDE), SlotSet(REQUESTED_SLOT, None)]
        return list(await super().run(dispatcher, tracker, domain))

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any] | None:
        """The first that has no answer; none ends the form. Said here, because Rasa 3.6 asks nothing otherwise."""
        if tracker.get_slot("referral_outcome"):
            return SlotSet(REQUESTED_SLOT, None)
        has_number = not (tracker.get_slot("referral_offer") or {}).get("asks_number")
        wanted = [slot for slot in ANSWERS if not (slot == "referral_number" and has_number)]
        return SlotSet(REQUESTED_SLOT, next((slot for slot in wanted if tracker.get_slot(slot) is None), None))

    async def validate_referral_wanted(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Anything but yes and no has nothing to do with the offer."""
        said = yes_or_no(str(value), Counts.CONSENT)
        return {"referral_wanted": YES} if said == YES else _end("referral_wanted", said or ASIDE)

    async def validate_referral_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Whatever they want to be called."""
        return _taken("referral_name", str(value), tracker)

    async def validate_referral_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """A number, or it is asked for once more."""
        if sum(char.isdigit() for char in str(value)) >= _DIGITS:
            return {"referral_number": message_id(tracker)}
        if ends := _leaves("referral_number", str(value), tracker):
            return ends
        return _once_more("referral_number", "utter_referral_needs_number", dispatcher, tracker)

    async def validate_referral_time(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Whatever suits them."""
        return _taken("referral_time", str(value), tracker)

    async def validate_referral_consent(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Only a clear yes makes a referral, and it is made when the API says so."""
        if yes_or_no(str(value), Counts.CONSENT) != YES:
            ends = _leaves("referral_consent", str(value), tracker)
            return ends or _once_more("referral_consent", "utter_referral_nothing_sent", dispatcher, tracker)
        try:
            say = await shared_client().refer(wanted(tracker), message_id(tracker))
            dispatcher.utter_message(text=say, json_message=LEADS)
        except NotConfirmed:
            dispatcher.utter_message(response="utter_referral_not_made", json_message=LEADS)
        return _end("referral_consent", SAID)


def wanted(tracker: Tracker) -> dict[str, Any]:
    """What the carer wants, as the API asks for it: which service, which need, which messages hold the answers."""
    offer = tracker.get_slot("referral_offer") or {}
    kept = {slot: tracker.get_slot(slot) for slot in ANSWERS}
    given = {slot: None if value == _SKIPPED else value for slot, value in kept.items()}
    return {
        "conversation_id": tracker.sender_id,
        "service": offer.get("service"),
        "need": offer.get("need"),
        "name_in": given["referral_name"],
        "number_in": given["referral_number"],
        "time_in": given["referral_time"],
    }


async def _is_answer(tracker: Tracker) -> bool:
    try:
        await shared_client().check_turn(tracker.sender_id, message_id(tracker))
    except Refused:
        return False
    except NotConfirmed:
        return True  # Nothing can be made of it while the API is away: a yes is looked at there once more.
    return True


def _taken(slot: str, said: str, tracker: Tracker) -> dict[str, Any]:
    if is_skipped(said):
        return {slot: _SKIPPED}
    return _leaves(slot, said, tracker) or {slot: message_id(tracker)}


def _leaves(slot: str, said: str, tracker: Tracker) -> dict[str, Any] | None:
    """How the form ends if the carer says no, or has turned to something else."""
    if yes_or_no(said, Counts.CONSENT) == NO:
        return _end(slot, NO)
    intent = (latest(tracker).get("parse_data") or {}).get("intent", {}).get("name")
    is_topic = intent not in _SMALL_TALK and confidence(tracker) >= SURE and len(said.split()) > 3
    return _end(slot, ASIDE) if "?" in said or is_topic else None


def _end(slot: str, outcome: str) -> dict[str, Any]:
    return {slot: outcome, "referral_outcome": outcome}


def _once_more(slot: str, response: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> dict[str, Any]:
    """The same question again; where that was not answered either, it ends with these words."""
    if tracker.get_slot("referral_unclear") != slot:
        return {slot: None, "referral_unclear": slot}
    dispatcher.utter_message(response=response, json_message=LEADS)
    return _end(slot, SAID)
