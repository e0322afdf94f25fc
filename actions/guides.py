"""Guides: short conversations that the API knows and the assistant leads, as a form with one slot that is asked for
again and again. What is said comes from data/guides; what is added to it, from domain.yml.
"""

from typing import Any

from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.interfaces import Action, Tracker

from actions import answers, offers, places
from actions.api_client import NotConfirmed, shared_client
from actions.turns import NOT_UNDERSTOOD, confidence, guide_is_open, intent, is_fresh, is_one_of_two

FORM, ANSWER = "guide", "guide_answer"
SURE = 0.6  # Below, a message is no sure sign of another need.
_MORE = "more"
_YES_NO_KEYS = {"1": "yes", "2": "no"}  # On a telephone's keypad, as everywhere on the line.
_ASKS, _TELLS = {"guide": "asks"}, {"guide": "tells"}  # For the API: what kind of turn this is.

Events = list[dict[str, Any]]
Facts = dict[str, str]


class ActionBeginGuide(Action):
    """After an answer: begins the guide that belongs to the need, if one does. Says nothing otherwise."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_begin_guide"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        """Look the guide up. Whoever has just answered its questions is not asked again."""
        try:
            if is_one_of_two(tracker):
                return []  # Two answers in one turn are enough without a question after each.
            code, already = await shared_client().guide_begun_by(intent(tracker))
            if code is None or _was_stopped(tracker, code):
                return []
            facts, step = await _step(tracker, code, _recent_facts(tracker, code) | already)
        except NotConfirmed:
            return []  # The answer itself has been said, and it is whole without the guide.
        need = intent(tracker)
        begun = [SlotSet("guide", code), SlotSet("facts", facts), SlotSet(ANSWER, None), SlotSet(_MORE, [])]
        begun.append(SlotSet(offers.LATER, need))
        if "ask" in step:
            return [*begun, SlotSet("asked", step["ask"]), FollowupAction(FORM)]
        return [*begun, *await _tell(dispatcher, tracker, step["end"], need)]


class ValidateGuide(Action):
    """Puts the guide's questions and takes the answers. Rasa calls it when the form begins and at each message.

    Not one of the SDK's form actions: those know their slots beforehand, and here one slot is filled several times.
    """

    def name(self) -> str:
        """As in domain.yml."""
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        """Put the first question, or take an answer and go on."""
        said, asked = tracker.get_slot(ANSWER), tracker.get_slot("asked")
        if not asked:
            return _done()
        if said is None:
            _put(dispatcher, tracker, asked)
            dispatcher.utter_message(response=added_to(asked["words"][_channel(tracker)], _channel(tracker)))
            return [SlotSet(REQUESTED_SLOT, ANSWER)]
        if not guide_is_open(tracker):
            return _leave()  # Something else came in between, such as a nurse: the question is no longer in mind.
        code, facts = str(tracker.get_slot("guide")), dict(tracker.get_slot("facts") or {})
        if answers.wants_no_more(str(said)):
            return [*await _go_on(dispatcher, tracker, code, facts, finish=True), SlotSet("asked", {"stopped": True})]
        answer = await _answer(tracker, asked, str(said))
        if answer is None and await _is_another_need(tracker, code):
            return _leave()
        if answer is None and not asked.get("again"):
            _put(dispatcher, tracker, asked)
            return [SlotSet(ANSWER, None), SlotSet("asked", {**asked, "again": True}), SlotSet(REQUESTED_SLOT, ANSWER)]
        return await _go_on(dispatcher, tracker, code, {**facts, asked["code"]: answer or answers.UNSURE})


class ActionMore(Action):
    """Says the next of what a guide had to say, and honestly when there is no more."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_more"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        """Say one thing. Where there is none, a call may still have to be offered."""
        texts = list(tracker.get_slot(_MORE) or [])
        if texts:
            return await _say_first(dispatcher, tracker, texts, tracker.get_slot(offers.LATER))
        if offered := await offers.waiting(tracker):
            return offered
        dispatcher.utter_message(response="utter_no_more")
        return []


def added_to(question: str, channel: str) -> str:
    """What in domain.yml is said after a first question. By voice, how to skip is not said twice."""
    says_it = channel == "voice" and "skip" in question.lower()
    return "utter_guide_end" if says_it else "utter_guide_skip"


async def _go_on(
    dispatcher: CollectingDispatcher, tracker: Tracker, code: str, facts: Facts, finish: bool = False
) -> Events:
    """The next question, or the end."""
    try:
        facts, step = await _step(tracker, code, facts, finish)
    except NotConfirmed:
        dispatcher.utter_message(response="utter_guide_broken")
        return [*_done(), SlotSet("facts", facts)]
    known = [SlotSet("facts", facts), SlotSet(ANSWER, None)]
    if "ask" in step:
        _put(dispatcher, tracker, step["ask"])
        return [*known, SlotSet("asked", step["ask"]), SlotSet(REQUESTED_SLOT, ANSWER)]
    need = None if finish else tracker.get_slot(offers.LATER)  # Whoever wants no more questions gets no other one.
    return [*known, *_done(), *await _tell(dispatcher, tracker, step["end"], need)]


async def _step(tracker: Tracker, code: str, facts: Facts, finish: bool = False) -> tuple[Facts, dict[str, Any]]:
    """What the API wants asked or said, and what is known by then: a nation that it keeps is not asked for again."""
    step = await shared_client().next_step(code, facts, finish)
    ask = step.get("ask")
    if ask and ask["reads"] == "nation" and (nation := await places.known_nation(tracker.sender_id)):
        facts = {**facts, ask["code"]: nation}
        return await _step(tracker, code, facts)
    return facts, step


async def _answer(tracker: Tracker, asked: dict[str, Any], said: str) -> str | None:
    if asked["reads"] == "yes_no" and _channel(tracker) == "voice":
        said = _YES_NO_KEYS.get(said.strip(), said)
    answer = answers.read(said, asked["reads"], asked["options"])
    if asked["reads"] == "nation" and answers.is_answer(said) and answer != answers.UNSURE:
        return await places.nation_said(tracker.sender_id, said, answer)
    return answer


async def _is_another_need(tracker: Tracker, code: str) -> bool:
    """Whether the message is surely about something else: then that is what the carer gets."""
    meant = intent(tracker)
    if confidence(tracker) < SURE or meant in {*NOT_UNDERSTOOD, _MORE, "choice", ""} - {"not_that"}:
        return False
    try:
        begun, _ = await shared_client().guide_begun_by(meant)
        return begun != code
    except NotConfirmed:
        return True


def _leave() -> Events:
    """Ends the form as if it had never seen the message, so that Rasa answers it by its rules."""
    return [*_done(), SlotSet(offers.LATER, None), ActiveLoop(None), ActionExecutionRejected(FORM)]


def _done() -> Events:
    return [SlotSet("asked", None), SlotSet(ANSWER, None), SlotSet(REQUESTED_SLOT, None)]


def _put(dispatcher: CollectingDispatcher, tracker: Tracker, asked: dict[str, Any]) -> None:
    dispatcher.utter_message(text=asked["words"][_channel(tracker)], json_message=_ASKS)


async def _tell(
    dispatcher: CollectingDispatcher, tracker: Tracker, statements: list[dict[str, Any]], need: str | None
) -> Events:
    """By text and by voice one at a time; on the web all of them, each a paragraph."""
    channel = _channel(tracker)
    texts = [statement["words"][channel] for statement in statements]
    return await _say_first(dispatcher, tracker, ["\n\n".join(texts)] if channel == "web" else texts, need)


async def _say_first(dispatcher: CollectingDispatcher, tracker: Tracker, texts: list[str], need: str | None) -> Events:
    """One thing. Behind the last of them a call is offered for this need; where there is no room, it is the next."""
    told, *rest = texts
    offer = None if rest else await offers.due(tracker, need)
    fits = offer is not None and offers.has_room(tracker, told, offer)
    is_last = not rest and (offer is None or fits)
    dispatcher.utter_message(text=told, json_message=_TELLS)
    dispatcher.utter_message(response="utter_guide_end" if is_last else "utter_guide_more")
    return [SlotSet(_MORE, rest), *(offers.make(tracker, offer, need) if offer and fits else [])]


def _channel(tracker: Tracker) -> str:
    return tracker.get_latest_input_channel() or "sms"


def _was_stopped(tracker: Tracker, code: str) -> bool:
    asked = tracker.get_slot("asked") or {}
    return bool(asked.get("stopped")) and tracker.get_slot("guide") == code and is_fresh(tracker, "facts")


def _recent_facts(tracker: Tracker, code: str) -> Facts:
    """What the carer has said to this guide today."""
    same = tracker.get_slot("guide") == code and is_fresh(tracker, "facts")
    return dict(tracker.get_slot("facts") or {}) if same else {}
