"""The few questions after a first instruction: one at a time, each may be skipped, each answer goes to the nurse."""

from typing import Any, cast

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions.api_client import ApiClient
from actions.questions import SLOTS, ActionAskSecond, ActionBeginQuestions, ValidateAFewQuestions
from tests.actions.conftest import StandInApi

ESCALATION = "e-1"
NOBODY: Any = cast("Any", {})


def tracker(topics: list[str], said: str = "", **slots: str) -> Tracker:
    """The dialogue about one escalation, in which the carer has just said something."""
    event = {"event": "user", "text": said, "metadata": {"message_id": "m-9", "topics": topics}}
    return Tracker(f"c-1:{ESCALATION}", {"topics": topics, **slots}, {}, [event], False, None, {}, None)


async def test_they_begin_with_the_topics_that_the_api_names_and_forget_earlier_answers() -> None:
    events = await ActionBeginQuestions().run(CollectingDispatcher(), tracker(["where"]), NOBODY)
    assert {event["name"]: event["value"] for event in events} == {"topics": ["where"], **dict.fromkeys(SLOTS)}


async def test_a_question_is_the_approved_one_of_its_topic() -> None:
    dispatcher = CollectingDispatcher()
    await ActionAskSecond().run(dispatcher, tracker(["where", "medicines"]), NOBODY)
    assert [message["response"] for message in dispatcher.messages] == ["utter_ask_medicines"]


@pytest.mark.parametrize(
    ("topics", "slots", "expected"),
    [
        (["where"], {}, "first_answer"),
        (["where"], {"first_answer": "given"}, None),
        (["where", "medicines", "since_when"], {"first_answer": "given", "second_answer": "given"}, "third_answer"),
    ],
)
async def test_as_many_are_asked_as_there_are_topics(
    topics: list[str], slots: dict[str, str], expected: str | None
) -> None:
    form = ValidateAFewQuestions()
    asked = await form.next_requested_slot(CollectingDispatcher(), tracker(topics, **slots), NOBODY)
    assert asked is not None
    assert asked["value"] == expected


async def test_an_answer_goes_to_the_escalation_and_its_words_do_not(client: ApiClient, api: StandInApi) -> None:
    said = "14 mill lane"
    form = ValidateAFewQuestions()
    kept = await form.validate_first_answer(said, CollectingDispatcher(), tracker(["where"], said), NOBODY)
    (asked,) = api.asked
    assert asked.path == f"/v1/escalations/{ESCALATION}/answers"
    assert asked.body == {"message_id": "m-9", "topic": "where"}
    assert said not in str(asked.body) + str(kept)


async def test_a_skipped_question_is_no_answer(client: ApiClient, api: StandInApi) -> None:
    form = ValidateAFewQuestions()
    kept = await form.validate_first_answer("Skip.", CollectingDispatcher(), tracker(["where"], "Skip."), NOBODY)
    assert api.asked == []
    assert kept["first_answer"], "and it is not asked again"


async def test_where_the_api_is_down_the_questions_go_on(client: ApiClient, api: StandInApi) -> None:
    api.status = 503
    form = ValidateAFewQuestions()
    kept = await form.validate_third_answer("ten", CollectingDispatcher(), tracker(["a", "b", "where"], "ten"), NOBODY)
    assert kept["third_answer"]
