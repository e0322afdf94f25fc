"""A carer wants the last answer as a text: the API reads the number, it is said back, and only a yes has it sent."""

from typing import Any, cast

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions.api_client import ApiClient
from actions.texting import (
    ActionAskNumber,
    ActionAskRight,
    ActionSendText,
    ActionTextMeThat,
    ValidateTextNumber,
)
from tests.actions.conftest import StandInApi
from tests.actions.conversation import CONVERSATION, carer, done, said, tracker

NOBODY: Any = cast("Any", {})
NUMBER = "07700 900 001"
HELD = {"message_id": "m-2", "said": NUMBER}
FORM = ValidateTextNumber()


def wrote(text: str, intent: str = "nlu_fallback", **slots: Any) -> Tracker:
    """The carer has just written this, while the form waits."""
    return tracker(carer(intent, "m-2", text=text), **slots)


async def number(text: str, intent: str = "nlu_fallback", **slots: Any) -> dict[str, Any]:
    """What becomes of an answer to "what is your number"."""
    return await FORM.validate_texted_number(text, CollectingDispatcher(), wrote(text, intent, **slots), NOBODY)


async def right(text: str, intent: str = "nlu_fallback", **slots: Any) -> dict[str, Any]:
    """What becomes of an answer to "is that right"."""
    waiting = wrote(text, intent, texted_number=HELD, **slots)
    return await FORM.validate_number_is_right(text, CollectingDispatcher(), waiting, NOBODY)


async def test_by_text_it_is_there_already() -> None:
    asked = carer("text_me_that", "m-1") | {"input_channel": "sms"}
    assert await said(ActionTextMeThat(), asked) == ["utter_text_is_above"]


async def test_elsewhere_a_form_begins_that_knows_nothing_of_the_last() -> None:
    messages, events = await done(ActionTextMeThat(), carer("text_me_that", "m-1"), texted_number=HELD)
    assert messages == []
    assert {event["name"]: event.get("value") for event in events} == {
        "texted_number": None,
        "number_is_right": None,
        "number_tries": None,
        "text_number": None,
    }
    assert events[-1]["event"] == "followup"


async def test_the_api_reads_the_number_and_only_its_message_is_passed_on(client: ApiClient, api: StandInApi) -> None:
    api.status, api.body = 200, {"number": NUMBER}
    assert await number("its 07700900001 love") == {"texted_number": HELD}
    (asked,) = api.asked
    assert asked.path == f"/v1/conversations/{CONVERSATION}/numbers"
    assert asked.body == {"message_id": "m-2"}


async def test_it_is_said_back_and_by_voice_one_figure_at_a_time() -> None:
    (message,), _ = await done(ActionAskRight(), carer("nlu_fallback", "m-2"), texted_number=HELD)
    assert (message["response"], message["number"]) == ("utter_ask_number_right", NUMBER)
    spoken = carer("nlu_fallback", "m-2") | {"input_channel": "voice"}
    (message,), _ = await done(ActionAskRight(), spoken, texted_number=HELD)
    assert message["number"] == "0 7 7 0 0, 9 0 0, 0 0 1"


async def test_without_a_number_it_is_asked_for_again_and_then_given_up(client: ApiClient, api: StandInApi) -> None:
    api.status = 422
    assert await number("erm") == {"texted_number": None, "number_tries": 1}
    assert await number("erm", number_tries=2) == {"texted_number": "given up", "number_is_right": "given up"}
    assert await said(ActionAskNumber(), carer("nlu_fallback", "m-2")) == ["utter_ask_number"]
    assert await said(ActionAskNumber(), carer("nlu_fallback", "m-2"), number_tries=1) == ["utter_ask_number_again"]


@pytest.mark.parametrize("text", ["no", "No thanks.", "never mind", "cancel"])
async def test_who_would_rather_not_is_left_in_peace(client: ApiClient, api: StandInApi, text: str) -> None:
    ended = await number(text)
    assert ended == {"texted_number": "given up", "number_is_right": "given up"}
    assert api.asked == []
    assert await said(ActionSendText(), carer("out_of_scope", "m-2"), **ended) == ["utter_text_given_up"]


async def test_another_question_ends_the_form_and_is_answered(client: ApiClient, api: StandInApi) -> None:
    api.status = 422
    ended = await number("how do i get a blue badge", "blue_badge_or_transport")
    assert ended["number_is_right"] == "elsewhere"
    messages, (_, again) = await done(ActionSendText(), carer("blue_badge_or_transport", "m-2"), **ended)
    assert messages == []
    assert again["parse_data"]["intent"]["name"] == "blue_badge_or_transport"


@pytest.mark.parametrize("text", ["yes", "YES", "Yes, that’s right.", "yep"])
async def test_yes_is_yes(text: str) -> None:
    assert await right(text) == {"number_is_right": "yes"}


async def test_no_asks_for_the_number_again(client: ApiClient) -> None:
    assert await right("no") == {"number_is_right": None, "texted_number": None, "number_tries": 1}


async def test_a_better_number_is_taken_at_once(client: ApiClient, api: StandInApi) -> None:
    api.status, api.body = 200, {"number": "07700 900 002"}
    taken = await right("no its 07700900002")
    assert taken == {"number_is_right": None, "texted_number": {"message_id": "m-2", "said": "07700 900 002"}}


async def test_the_form_goes_on_until_both_are_known() -> None:
    for slots, wanted in (({}, "texted_number"), ({"texted_number": HELD}, "number_is_right")):
        asked = await FORM.next_requested_slot(CollectingDispatcher(), tracker(**slots), NOBODY)
        assert asked is not None
        assert asked["value"] == wanted
    full = tracker(texted_number=HELD, number_is_right="yes")
    asked = await FORM.next_requested_slot(CollectingDispatcher(), full, NOBODY)
    assert asked is not None
    assert asked["value"] is None


async def test_after_yes_the_text_is_asked_for_once(client: ApiClient, api: StandInApi) -> None:
    yes = carer("nlu_fallback", "m-3", text="yes")
    assert await said(ActionSendText(), yes, texted_number=HELD, number_is_right="yes") == ["utter_text_sent"]
    (asked,) = api.asked
    assert asked.path == f"/v1/conversations/{CONVERSATION}/texts"
    assert asked.body == {"message_id": "m-3", "number_message_id": "m-2"}
    assert asked.headers["idempotency-key"] == "m-3:text"


@pytest.mark.parametrize(
    ("status", "reason", "response"),
    [
        (409, "opted_out", "utter_text_not_wanted"),
        (409, "too_many", "utter_text_too_many"),
        (409, "nothing_to_send", "utter_text_nothing"),
        (409, "", "utter_text_not_sent"),
        (503, "", "utter_text_not_sent"),
    ],
)
async def test_a_refusal_is_told_as_what_it_is(
    client: ApiClient, api: StandInApi, status: int, reason: str, response: str
) -> None:
    api.status, api.body = status, {"reason": reason}
    yes = carer("nlu_fallback", "m-3", text="yes")
    assert await said(ActionSendText(), yes, texted_number=HELD, number_is_right="yes") == [response]


async def test_silence_is_told_as_what_it_is(client: ApiClient, api: StandInApi) -> None:
    api.delay = 5
    assert await number("07700900001") == {"texted_number": "api down", "number_is_right": "api down"}
    ended = {"texted_number": "api down", "number_is_right": "api down"}
    assert await said(ActionSendText(), carer("nlu_fallback", "m-2"), **ended) == ["utter_text_not_sent"]
