"""A call from a service: offered where there is one, asked for in few words, made on a clear yes alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions import offers, referral_answers, referrals
from actions.api_client import ApiClient
from actions.offers import DECLINED, SLOTS, ActionOfferReferral
from actions.referral_answers import ValidateReferral
from actions.referrals import (
    ActionAskConsent,
    ActionAskName,
    ActionAskNumber,
    ActionAskWanted,
    ActionCancelReferral,
    ActionEndReferral,
)
from tests.actions.conftest import TOKEN, Asked, StandInApi
from tests.actions.conversation import CONVERSATION

NOBODY: Any = cast("Any", {})
OFFER = {"service": "information", "asks_number": False, "say": "Shall I ask our information team to ring you?"}
OFFERED = {"referral_offer": {**OFFER, "need": "respite"}}
ANSWERED = {**OFFERED, "referral_wanted": "yes", "referral_name": "m-2", "referral_time": "skipped"}
WANTED = {
    "conversation_id": CONVERSATION,
    "service": "information",
    "need": "respite",
    "name_in": "m-2",
    "number_in": None,
    "time_in": None,
}


@dataclass
class Referring(StandInApi):
    """Also answers what has no body, and with these facts."""

    facts: dict[str, Any] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or "{}")
        self.asked.append(Asked(head[0].split()[1], headers, body))
        facts = json.dumps(self.facts) if self.facts else ""
        writer.write(f"HTTP/1.1 {self.status} Any\r\nContent-Length: {len(facts)}\r\n\r\n{facts}".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Referring]:
    """The API, as far as referrals go, and the client of the actions on it."""
    stand_in = Referring(status=200, facts=OFFER)
    server = await asyncio.start_server(stand_in.answer, "127.0.0.1", 0)
    stand_in.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    made = ApiClient(stand_in.url, TOKEN, timeout_seconds=5)
    for module in (offers, referrals, referral_answers):
        monkeypatch.setattr(module, "shared_client", lambda: made)
    yield stand_in
    await made.close()
    server.close()


def tracker(said: str, slots: dict[str, Any], intent: str = "nlu_fallback", confidence: float = 0.9) -> Tracker:
    """The carer has just said something."""
    parsed = {"intent": {"name": intent, "confidence": confidence}}
    event = {"event": "user", "text": said, "parse_data": parsed, "metadata": {"message_id": "m-9"}}
    return Tracker(CONVERSATION, dict(slots), {}, [event], False, None, {}, None)


async def ran(action: Action, now: Tracker) -> tuple[list[dict[str, Any]], list[str]]:
    """What an action did, and what it said: a response's name, or words of the API's."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, now, NOBODY)
    return events, [message.get("response") or message["text"] for message in dispatcher.messages]


async def answered(slot: str, said: str, slots: dict[str, Any], **more: Any) -> tuple[dict[str, Any], list[str]]:
    """What the form makes of an answer, and what it says to it."""
    dispatcher, now = CollectingDispatcher(), tracker(said, slots, **more)
    kept = await getattr(ValidateReferral(), f"validate_{slot}")(said, dispatcher, now, NOBODY)
    return kept, [message.get("response") or message["text"] for message in dispatcher.messages]


async def next_slot(slots: dict[str, Any]) -> str | None:
    asked = await ValidateReferral().next_requested_slot(CollectingDispatcher(), tracker("", slots), NOBODY)
    assert asked is not None
    return cast("str | None", asked["value"])


async def test_a_service_is_offered_in_the_apis_words(api: Referring) -> None:
    events, said = await ran(ActionOfferReferral(), tracker("i need a break", {}, "respite"))
    assert said == []
    assert api.asked[0].path == f"/v1/referrals/offer?conversation_id={CONVERSATION}&need=respite"
    assert events[-2]["value"] == OFFERED["referral_offer"]
    assert (events[-1]["event"], events[-1]["name"]) == ("followup", "referral")
    assert (await ran(ActionAskWanted(), tracker("", OFFERED)))[1] == [OFFER["say"]]


async def test_who_asks_for_a_referral_names_no_need(api: Referring) -> None:
    await ran(ActionOfferReferral(), tracker("refer us", {}, "referral_request"))
    assert api.asked[0].path == f"/v1/referrals/offer?conversation_id={CONVERSATION}"


@pytest.mark.parametrize("status", [404, 409, 500])
async def test_where_there_is_no_offer_nothing_is_said_and_nothing_asked(api: Referring, status: int) -> None:
    api.status = status
    assert await ran(ActionOfferReferral(), tracker("i need a break", {}, "respite")) == ([], [])


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        (OFFERED, "referral_wanted"),
        ({**OFFERED, "referral_wanted": "yes"}, "referral_name"),
        ({**OFFERED, "referral_wanted": "yes", "referral_name": "m-2"}, "referral_time"),
        (ANSWERED, "referral_consent"),
        ({"referral_offer": {**OFFER, "asks_number": True}, "referral_wanted": "yes", "referral_name": "m"},
         "referral_number"),
        ({**OFFERED, "referral_outcome": "no"}, None),
    ],
)  # fmt: skip
async def test_only_what_is_needed_is_asked(slots: dict[str, Any], expected: str | None) -> None:
    assert await next_slot(slots) == expected


@pytest.mark.parametrize("said", ["YES PLEASE", "yes", "Yes please, thank you", "ok", "aye that would be lovely", "y"])
async def test_a_yes_to_the_offer_goes_on(said: str) -> None:
    assert await answered("referral_wanted", said, OFFERED) == ({"referral_wanted": "yes"}, [])


@pytest.mark.parametrize("said", ["no", "No thank you.", "nah", "not now", "don't bother", "never mind"])
async def test_a_no_to_the_offer_ends_it(said: str) -> None:
    kept, _ = await answered("referral_wanted", said, OFFERED)
    assert kept["referral_outcome"] == "no"


@pytest.mark.parametrize("said", ["what is respite?", "he has been sick again", "yes but not from you lot", "maybe"])
async def test_anything_else_has_nothing_to_do_with_the_offer(said: str) -> None:
    kept, _ = await answered("referral_wanted", said, OFFERED)
    assert kept["referral_outcome"] == "aside"


async def test_words_that_were_no_answer_are_taken_up_again_as_if_nothing_had_been_offered() -> None:
    now = tracker("can i get money", {**OFFERED, "referral_outcome": "aside"}, "benefits_carer")
    events, said = await ran(ActionEndReferral(), now)
    assert said == []
    assert [(event["event"], event.get("name")) for event in events[-2:]] == [
        ("action", "action_listen"),
        ("user", None),
    ]
    assert events[-1]["metadata"]["message_id"] == "m-9"
    assert events[-1]["parse_data"]["intent"]["name"] == "benefits_carer"


async def test_after_a_no_the_carer_hears_that_nobody_was_asked_and_all_is_forgotten() -> None:
    events, said = await ran(ActionEndReferral(), tracker("no", {**OFFERED, "referral_outcome": "no"}))
    assert said == ["utter_referral_not_wanted"]
    assert {event["name"]: event["value"] for event in events} == dict.fromkeys(SLOTS) | {DECLINED: True}


async def test_a_question_is_marked_as_part_of_the_form() -> None:
    dispatcher = CollectingDispatcher()
    await ActionAskName().run(dispatcher, tracker("", OFFERED), NOBODY)
    assert dispatcher.messages[0]["custom"] == {"leads": "referral"}
    await ActionAskNumber().run(dispatcher, tracker("", OFFERED), NOBODY)
    assert dispatcher.messages[1]["custom"] == {"leads": "referral_number"}, "which can be typed"


async def test_of_a_name_only_the_message_is_kept() -> None:
    kept, _ = await answered("referral_name", "its Margaret", OFFERED)
    assert kept == {"referral_name": "m-9"}
    assert (await answered("referral_name", "skip", OFFERED))[0] == {"referral_name": "skipped"}


async def test_a_carer_who_turns_to_something_else_is_let_go() -> None:
    question, _ = await answered("referral_name", "will it cost anything?", OFFERED)
    topic, _ = await answered("referral_time", "his pain is bad at night", OFFERED, intent="symptom_information")
    unsure, _ = await answered(
        "referral_time", "after he sleeps at night", OFFERED, intent="symptom_information", confidence=0.5
    )
    assert (question["referral_outcome"], topic["referral_outcome"]) == ("aside", "aside")
    assert unsure == {"referral_time": "m-9"}


async def test_a_number_that_is_none_is_asked_for_once_more_and_no_more() -> None:
    assert (await answered("referral_number", "07700 900 123", OFFERED))[0] == {"referral_number": "m-9"}
    again, said = await answered("referral_number", "my mobile", OFFERED)
    assert (again["referral_number"], said) == (None, [])
    ended, said = await answered("referral_number", "that one", {**OFFERED, **again})
    assert (ended["referral_outcome"], said) == ("said", ["utter_referral_needs_number"])


async def test_words_to_somebody_else_are_no_answer_to_the_form(api: Referring) -> None:
    now = tracker("hes in pain again", {**OFFERED, "referral_wanted": "yes", "requested_slot": "referral_name"})
    api.status = 409
    events, said = await ran(ValidateReferral(), now)
    assert {event["name"]: event["value"] for event in events} == {"referral_outcome": "aside", "requested_slot": None}
    assert said == []
    assert api.asked[0].path == f"/v1/referrals/turn?conversation_id={CONVERSATION}&message_id=m-9"


@pytest.mark.parametrize("status", [204, 500])
async def test_an_answer_is_taken_where_nobody_came_between_or_nobody_can_say(api: Referring, status: int) -> None:
    api.status, api.facts = status, {}
    now = tracker("Margaret", {**OFFERED, "referral_wanted": "yes", "requested_slot": "referral_name"})
    events, _ = await ran(ValidateReferral(), now)
    assert "aside" not in [event["value"] for event in events]


async def test_before_the_yes_the_api_says_what_would_be_passed_on(api: Referring) -> None:
    api.facts = {"say": "I will tell them your name. Is that all right?"}
    _, said = await ran(ActionAskConsent(), tracker("skip", ANSWERED))
    assert said == ["I will tell them your name. Is that all right?"]
    assert (api.asked[0].path, api.asked[0].body) == ("/v1/referrals/question", WANTED)


async def test_where_it_cannot_be_said_the_form_ends_and_nothing_is_asked(api: Referring) -> None:
    api.status = 422
    events, said = await ran(ActionAskConsent(), tracker("skip", ANSWERED))
    assert said == ["utter_referral_not_made"]
    assert (events[-1]["name"], events[-1]["value"]) == ("requested_slot", None)


async def test_a_clear_yes_makes_it_once_and_the_carer_gets_the_date(api: Referring) -> None:
    api.facts = {"say": "They should ring you by Thursday 3 December."}
    kept, said = await answered("referral_consent", "Yes", ANSWERED)
    assert said == ["They should ring you by Thursday 3 December."]
    assert kept["referral_outcome"] == "said"
    assert (api.asked[0].path, api.asked[0].body) == ("/v1/referrals", {**WANTED, "message_id": "m-9"})
    assert api.asked[0].headers["idempotency-key"] == "m-9:referral"


@pytest.mark.parametrize("status", [409, 500])
async def test_what_the_api_has_not_confirmed_is_not_promised(api: Referring, status: int) -> None:
    api.status = status
    assert (await answered("referral_consent", "yes", ANSWERED))[1] == ["utter_referral_not_made"]


@pytest.mark.parametrize("said", ["no", "yes but not my number", "i suppose so maybe", "whats that for?", "yes?"])
async def test_nothing_but_a_clear_yes_makes_a_referral(api: Referring, said: str) -> None:
    await answered("referral_consent", said, ANSWERED)
    assert api.asked == []


async def test_unclear_words_are_asked_about_once_more_and_then_nothing_is_passed_on(api: Referring) -> None:
    again, said = await answered("referral_consent", "i suppose", ANSWERED)
    assert (again["referral_consent"], said) == (None, [])
    ended, said = await answered("referral_consent", "hmm", {**ANSWERED, **again})
    assert (ended["referral_outcome"], said) == ("said", ["utter_referral_nothing_sent"])
    assert api.asked == []


async def test_a_call_is_cancelled_and_that_is_said_when_it_is_so(api: Referring) -> None:
    api.facts = {"say": "I am telling them that you do not want the call now."}
    assert (await ran(ActionCancelReferral(), tracker("cancel that", {})))[1] == [api.facts["say"]]
    asked = api.asked[0]
    assert (asked.path, asked.headers["idempotency-key"]) == ("/v1/referrals/withdrawals", "m-9:withdrawal")
    api.status = 404
    assert (await ran(ActionCancelReferral(), tracker("cancel that", {})))[1] == ["utter_referral_none_open"]
    api.status = 500
    assert (await ran(ActionCancelReferral(), tracker("cancel that", {})))[1] == ["utter_referral_not_cancelled"]
