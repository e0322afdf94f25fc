"""A carer says that the answer was not what they asked: two other needs are offered, and one may be chosen."""

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.needs import OFFER, OFFERED, names, to_offer
from actions.not_understood import HANDED_OVER, MISSES_BEFORE_A_PERSON, hand_over
from actions.turns import choice, just_asked, misses_in_a_row, said_again


class ActionNotThat(Action):
    """Offers what else may have been meant; the second miss in a row brings a person."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_not_that"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Offer, or hand over, or where nothing was asked before say what we can do."""
        if misses_in_a_row(tracker.events, HANDED_OVER) >= MISSES_BEFORE_A_PERSON:
            dispatcher.utter_message(response=await hand_over(tracker))
            return []
        offer = to_offer(tracker)
        if len(offer) < 2:
            dispatcher.utter_message(response="utter_not_understood")
            return []
        first, second = (names()[need] for need in offer)
        dispatcher.utter_message(response=OFFER, first_need=first, second_need=second)
        return [SlotSet(OFFERED, offer)]


class ActionChoice(Action):
    """Answers the need that is chosen. Neither of the two is a second miss, so a person is asked to read."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_choice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """A figure that follows no offer of ours is understood by nobody."""
        offered = list(tracker.get_slot(OFFERED) or [])
        if len(offered) < 2 or not just_asked(tracker.events, OFFER):
            dispatcher.utter_message(response="utter_not_understood")
            return []
        place = choice(tracker)
        if place in ("first", "second"):
            return said_again(tracker, offered[0 if place == "first" else 1])
        dispatcher.utter_message(response=await hand_over(tracker))
        return []
