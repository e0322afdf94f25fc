"""A carer wants the last answer as a text: by text it is there already, elsewhere a mobile number is asked for first.

The number stays with the API: it reads it out of the carer's message and says it back, and here only the id of that
message is passed on.
"""

from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT, FormValidationAction
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, Refused, shared_client
from actions.turns import NOT_UNDERSTOOD, confidence, message_id, said_again
from actions.yes_or_no import NO, YES, Counts, yes_or_no

FORM = "text_number"
NUMBER, RIGHT, TRIES = "texted_number", "number_is_right", "number_tries"
MOST_TRIES = 3
SHORTEST_NUMBER = 10  # Figures. With fewer the API is not asked.
SURE = 0.6  # Of another need, so that its message is no attempt at a number.
GIVEN_UP, ELSEWHERE, API_DOWN = "given up", "elsewhere", "api down"
_REFUSALS = {
    "opted_out": "utter_text_not_wanted",
    "too_many": "utter_text_too_many",
    "nothing_to_send": "utter_text_nothing",
}


class ActionTextMeThat(Action):
    """Says that a text is there already, or begins the form."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_text_me_that"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """By channel."""
        if tracker.get_latest_input_channel() == "sms":
            dispatcher.utter_message(response="utter_text_is_above")
            return []
        return [*(SlotSet(slot, None) for slot in (NUMBER, RIGHT, TRIES)), FollowupAction(FORM)]


class ActionAskNumber(Action):
    """Asks for the number; once more, where what came was none."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"action_ask_{FORM}_{NUMBER}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Say the approved question."""
        again = tracker.get_slot(TRIES)
        dispatcher.utter_message(response="utter_ask_number_again" if again else "utter_ask_number")
        return []


class ActionAskRight(Action):
    """Says the number back."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"action_ask_{FORM}_{RIGHT}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """As figures with spaces; spoken, one figure at a time."""
        number = str((tracker.get_slot(NUMBER) or {}).get("said"))
        if tracker.get_latest_input_channel() == "voice":
            number = ", ".join(" ".join(group) for group in number.split())
        dispatcher.utter_message(response="utter_ask_number_right", number=number)
        return []


class ValidateTextNumber(FormValidationAction):
    """Has the API read the number, and takes the carer's yes or no. Whatever else is said ends the form."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"validate_{FORM}"

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any] | None:
        """The first that is empty; none ends the form. (Why not `required_slots`: see actions/questions.py.)"""
        return SlotSet(REQUESTED_SLOT, next((slot for slot in (NUMBER, RIGHT) if tracker.get_slot(slot) is None), None))

    async def validate_texted_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """A number, or else another try, up to three."""
        if yes_or_no(str(value), Counts.ALONE) == NO:
            return _ended(GIVEN_UP)
        if sum(char.isdigit() for char in str(value)) < SHORTEST_NUMBER:
            return _another_try(tracker)
        try:
            said = await shared_client().read_number(tracker.sender_id, message_id(tracker))
        except Refused:
            return _another_try(tracker)
        except NotConfirmed:
            return _ended(API_DOWN)
        return {NUMBER: {"message_id": message_id(tracker), "said": said}}

    async def validate_number_is_right(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Yes; no, and then the number is asked for again; or a better number at once."""
        said = yes_or_no(str(value), Counts.ALONE)
        if said == YES:
            return {RIGHT: YES}
        if said == NO:
            return {RIGHT: None, **_another_try(tracker)}
        return {RIGHT: None, **(await self.validate_texted_number(value, dispatcher, tracker, domain))}


def _another_try(tracker: Tracker) -> dict[str, Any]:
    """Ask again, unless something else was asked or it was asked often enough."""
    intent = (tracker.latest_message or {}).get("intent", {}).get("name")
    if intent not in (*NOT_UNDERSTOOD, "text_me_that", "choice") and confidence(tracker) >= SURE:
        return _ended(ELSEWHERE)
    tries = int(tracker.get_slot(TRIES) or 0) + 1
    return _ended(GIVEN_UP) if tries >= MOST_TRIES else {NUMBER: None, TRIES: tries}


def _ended(how: str) -> dict[str, Any]:
    return {NUMBER: how, RIGHT: how}


class ActionSendText(Action):
    """After the form: has the text sent, and says what became of it."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_send_text"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """What was said instead of a number is answered like any other message."""
        outcome = tracker.get_slot(RIGHT)
        if outcome == ELSEWHERE:
            return said_again(tracker)
        if outcome == YES:
            dispatcher.utter_message(response=await _send(tracker))
        else:
            dispatcher.utter_message(response="utter_text_given_up" if outcome == GIVEN_UP else "utter_text_not_sent")
        return []


async def _send(tracker: Tracker) -> str:
    number_message = str((tracker.get_slot(NUMBER) or {}).get("message_id"))
    try:
        await shared_client().text_last_answer(tracker.sender_id, message_id(tracker), number_message)
    except Refused as refused:
        return _REFUSALS.get(refused.why, "utter_text_not_sent")
    except NotConfirmed:
        return "utter_text_not_sent"
    return "utter_text_sent"
