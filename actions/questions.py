"""The few questions after a first instruction: a form whose answers reach the escalation as they come."""

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT, FormValidationAction
from rasa_sdk.interfaces import Action, Tracker

from actions.api_client import NotConfirmed, shared_client
from actions.turns import begun_with, is_skipped, message_id

logger = logging.getLogger(__name__)

FORM = "a_few_questions"
SLOTS = ("first_answer", "second_answer", "third_answer")
_GIVEN = "given"  # What the form needs to know of an answer. The words themselves are the API's to keep.


class ActionBeginQuestions(Action):
    """Notes what is to be asked about, and forgets the answers to earlier questions."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_begin_questions"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Fill the slot that the form goes by."""
        return [SlotSet("topics", begun_with(tracker)), *(SlotSet(slot, None) for slot in SLOTS)]


class _AskOne(Action, ABC):
    """Puts one question. Rasa finds it by its name."""

    @property
    @abstractmethod
    def place(self) -> int:
        """Which of the questions this is."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"action_ask_{FORM}_{SLOTS[self.place]}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Say the approved question of the topic."""
        dispatcher.utter_message(response=f"utter_ask_{_topics(tracker)[self.place]}")
        return []


class ActionAskFirst(_AskOne):
    """The first question."""

    place = 0


class ActionAskSecond(_AskOne):
    """The second question."""

    place = 1


class ActionAskThird(_AskOne):
    """The third question."""

    place = 2


class ValidateAFewQuestions(FormValidationAction):
    """Passes each answer on to the API as it comes. Any answer is taken, and so is none."""

    def name(self) -> str:
        """As in domain.yml."""
        return f"validate_{FORM}"

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any] | None:
        """The first of as many as there are topics that has no answer; none ends the form.

        The usual way, `required_slots`, says nothing where all slots are asked for, and then Rasa 3.6 asks nothing.
        """
        wanted = SLOTS[: len(_topics(tracker))]
        return SlotSet(REQUESTED_SLOT, next((slot for slot in wanted if tracker.get_slot(slot) is None), None))

    async def validate_first_answer(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """The first answer."""
        return await _keep(0, value, tracker)

    async def validate_second_answer(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """The second answer."""
        return await _keep(1, value, tracker)

    async def validate_third_answer(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """The third answer."""
        return await _keep(2, value, tracker)


def _topics(tracker: Tracker) -> list[str]:
    return list(tracker.get_slot("topics") or [])


async def _keep(place: int, said: Any, tracker: Tracker) -> dict[str, Any]:
    """Note the answer with the API, unless the carer skipped the question."""
    if not is_skipped(str(said)):
        escalation = tracker.sender_id.partition(":")[2]
        try:
            await shared_client().keep_answer(escalation, message_id(tracker), _topics(tracker)[place])
        except NotConfirmed:
            # The nurse reads the message all the same; only the note which question it answers is missing.
            logger.error("An answer was not noted")
    return {SLOTS[place]: _GIVEN}
