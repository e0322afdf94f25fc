"""Our way into Rasa, against the real model served over HTTP. The API is not there, so nobody can be reached."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.bot.content import responses

pytestmark = pytest.mark.rasa
PATH = "/webhooks/nightlight/webhook"


class Carer:
    """One conversation with Rasa over our channel."""

    def __init__(self, url: str) -> None:
        self.sender = str(uuid.uuid4())
        token = os.environ["NIGHTLIGHT_BOT_TOKEN"]
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def says(self, text: str, channel: str = "sms", message_id: str | None = None) -> Any:
        """Send one message; returns the answer's body, which must be good."""
        body = {"sender": self.sender, "message_id": message_id or str(uuid.uuid4()), "text": text, "channel": channel}
        answer = self.http.post(PATH, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def hears(self, text: str, channel: str = "sms") -> str:
        """Send one message that must get one reply; returns its text."""
        (reply,) = self.says(text, channel)["replies"]
        return str(reply["text"])


@pytest.fixture
def carer(running_assistant: str) -> Iterator[Carer]:
    """A carer who has not written before."""
    carer = Carer(running_assistant)
    yield carer
    carer.http.close()


def test_it_says_that_it_is_well(running_assistant: str) -> None:
    assert httpx.get(f"{running_assistant}/webhooks/nightlight/").json() == {"status": "ok"}


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"])
def test_nobody_gets_in_without_the_token(running_assistant: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.format(token=os.environ["NIGHTLIGHT_BOT_TOKEN"])}
    answer = httpx.post(
        running_assistant + PATH, headers=headers, json={"sender": "a", "text": "hello", "channel": "sms"}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.json()["status"] == 401


@pytest.mark.parametrize(
    "body", [b"", b"{bad", b"[]", b'{"sender": "a"}', b'{"sender":"a","text":"x","channel":"fax"}']
)
def test_a_bad_body_is_a_problem_document(carer: Carer, body: bytes) -> None:
    answer = carer.http.post(PATH, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["title"] == "Not valid"


def test_rasas_own_channel_stays_shut(running_assistant: str) -> None:
    answer = httpx.post(f"{running_assistant}/webhooks/rest/webhook", json={"sender": "a", "message": "hello"})
    assert answer.status_code == 404


@pytest.mark.parametrize("channel", ["sms", "web", "voice"])
def test_each_channel_has_its_own_words(carer: Carer, channel: str) -> None:
    assert carer.hears("are you human?", channel) == responses()["utter_who_are_you"][channel]


def test_what_was_understood_comes_back_with_the_reply(carer: Carer) -> None:
    answer = carer.says("can i claim carers allowance")
    assert answer["intent"]["name"] == "benefits_carer"
    assert answer["intent"]["confidence"] > 0.5
    assert len(answer["intent_ranking"]) == 10
    assert answer["intent_ranking"][0] == answer["intent"]
    assert all(set(entry) == {"name", "confidence"} for entry in answer["intent_ranking"])


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("hello", "utter_greeting"),
        ("what is this number for", "utter_what_this_is"),
        ("who will read this", "utter_privacy_question"),
        ("am i talking to a robot", "utter_who_are_you"),
        ("are you open at weekends", "utter_service_hours_or_contact"),
        ("i dont want any more texts from you", "utter_opt_out"),
        ("i want to make a complaint", "utter_complaint_or_feedback"),
        ("do you have an interpreter for polish", "utter_translation_or_access"),
        ("can you refer my dad to the hospice", "utter_referral_request"),
        ("can i claim carers allowance", "utter_benefits_carer"),
        ("how do we apply for attendance allowance for mum", "utter_benefits_disability"),
        ("who fills in the sr1 form for special rules", "utter_benefits_special_rules"),
        ("am i entitled to bereavement support payment", "utter_benefits_bereavement"),
        ("how do i get a macmillan grant", "utter_grants"),
        ("we are behind with the rent and the bailiffs wrote", "utter_debt_or_bills"),
        ("how do we get on the priority services register", "utter_energy_priority"),
        ("can he get a blue badge", "utter_blue_badge_or_transport"),
        ("can i get time off work to look after my mum", "utter_work_and_caring"),
        ("how do i ask for a carers assessment", "utter_carers_assessment"),
        ("i need a break from looking after her", "utter_respite"),
        ("can we have a night sitter", "utter_night_sitting"),
        ("when will the hospital bed be collected", "utter_equipment"),
        ("is there a befriender who could visit me", "utter_befriending_or_lonely"),
        ("how do i get counselling for myself", "utter_emotional_support"),
        ("i am already missing her and she is still here", "utter_anticipatory_grief"),
        ("i miss my husband so much since he died", "utter_bereavement_emotional"),
        ("how do i register a death", "utter_bereavement_practical"),
        ("how do i tell the kids their nan has died", "utter_bereavement_child"),
        ("my brother took his own life years ago and i would like a group", "utter_bereavement_suicide_loss"),
        ("we cant afford the funeral", "utter_funeral_costs"),
        ("how do we make a living will", "utter_advance_care_planning"),
        ("what happens in the last days of life", "utter_what_to_expect_dying"),
        ("what helps with a dry mouth", "utter_symptom_information"),
        ("where do i take old medicines", "utter_medicine_question"),
        ("what is the holistic needs assessment form", "utter_holistic_needs_assessment"),
        ("what is prehab before an operation", "utter_prehab"),
        ("is there a young carers group", "utter_young_carer"),
        ("thank you so much", "utter_thanks"),
        ("bye for now", "utter_goodbye"),
        ("what time is the football on", "utter_not_understood"),
    ],
)
def test_each_topic_is_answered(carer: Carer, text: str, response: str) -> None:
    assert carer.hears(text) == responses()[response]["sms"]


@pytest.mark.parametrize(
    "text", ["", "   ", "\0", "🙏🏽" * 40, "/", "/restart", "/session_start", '/greeting{"a": 1}', "{slot}"]
)
def test_odd_messages_are_answered_like_any_other(carer: Carer, text: str) -> None:
    assert len(carer.says(text)["replies"]) == 1


def test_half_a_character_is_answered(carer: Carer) -> None:
    body = f'{{"sender": "{carer.sender}", "text": "\\ud83d hello \\u0000", "channel": "web"}}'
    answer = carer.http.post(PATH, content=body.encode())
    assert answer.status_code == 200
    assert len(answer.json()["replies"]) == 1


def test_a_command_cannot_choose_the_intent(carer: Carer) -> None:
    assert carer.says("/out_of_scope")["intent"]["confidence"] < 1.0


def test_a_very_long_message_is_answered_by_its_beginning(carer: Carer) -> None:
    answer = carer.says("can i claim any benefits for looking after my husband? " + "he is very poorly. " * 3000)
    assert len(answer["replies"]) == 1


def test_a_nurse_is_not_promised_when_nobody_was_asked(carer: Carer) -> None:
    assert carer.hears("can i speak to a nurse") == responses()["utter_person_not_reached"]["sms"]


@pytest.mark.parametrize(
    "text", ["nurse", "NURSE", "Nurse please", "nurse.", "NURSE!!", '"NURSE"', "a nurse", "nurse x", "help"]
)
def test_the_word_that_every_reply_offers_is_understood(carer: Carer, text: str) -> None:
    assert carer.says(text)["intent"]["name"] == "person_please"


@pytest.mark.parametrize("text", ["no nurse needed ta", "you can stand the nurse down", "no need for a nurse tonight"])
def test_who_declines_a_nurse_asks_for_none(carer: Carer, text: str) -> None:
    assert carer.says(text)["intent"]["name"] != "person_please"


@pytest.mark.parametrize("text", ["i said no before but send the nurse", "nobody has been, i want the nurse"])
def test_a_no_does_not_hide_that_a_nurse_is_wanted(carer: Carer, text: str) -> None:
    assert carer.says(text)["intent"]["name"] == "person_please"


def test_the_second_miss_is_handed_on_and_the_truth_is_told(carer: Carer) -> None:
    assert carer.hears("what is the capital of france") == responses()["utter_not_understood"]["sms"]
    assert carer.hears("how do i boil an egg") == responses()["utter_person_not_reached"]["sms"]


def test_an_understood_message_starts_the_count_again(carer: Carer) -> None:
    carer.hears("what is the capital of france")
    carer.hears("thank you")
    assert carer.hears("how do i boil an egg") == responses()["utter_not_understood"]["sms"]


def test_the_same_message_handed_in_twice_is_one_miss(carer: Carer) -> None:
    for _ in range(2):
        answer = carer.says("what is the capital of france", message_id="the-same")
        assert answer["replies"] == [{"text": responses()["utter_not_understood"]["sms"]}]
