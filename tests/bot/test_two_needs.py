"""Two needs in one message, a correction and a choice, with the real model; and how often a second need is imagined."""

import json

import pytest

from tests.bot.content import ROOT, responses
from tests.bot.test_channel import Carer, carer

__all__ = ["carer"]
pytestmark = pytest.mark.rasa
MOST_IMAGINED = 0.02


def words(name: str) -> str:
    """What is said by text."""
    return responses()[f"utter_{name}"]["sms"]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "can i get carers allowance and is there anyone who could sit with him one night",
            "benefits_carer",
            "night_sitting",
        ),
        ("who fills in the sr1 form and how do we get a hospital bed", "benefits_special_rules", "equipment"),
        ("how do i get a blue badge? also is there a grant for the heating", "blue_badge_or_transport", "grants"),
    ],
)
def test_both_are_answered_and_the_whole_is_ranked(carer: Carer, text: str, first: str, second: str) -> None:
    answer = carer.says(text)
    assert (answer["topic"], answer["replies"]) == (first, [{"text": words(first)}])
    assert answer["second"] == {"topic": second, "replies": [{"text": words(second)}]}
    assert answer["intent"]["name"] == first
    assert len(answer["intent_ranking"]) == 10
    assert answer["intent_ranking"][0]["name"] in (first, second), "of the whole message, in which both stand"


def test_one_need_has_one_answer(carer: Carer) -> None:
    answer = carer.says("can i claim carers allowance")
    assert answer["second"] is None
    assert answer["topic"] == "benefits_carer"


@pytest.mark.parametrize(
    "text", ["what is attendance allowance and can i speak to a nurse", "can a nurse ring me? also can i get a grant"]
)
def test_a_wish_for_a_person_comes_alone(carer: Carer, text: str) -> None:
    answer = carer.says(text)
    assert answer["intent"]["name"] == "person_please"
    assert answer["second"] is None


@pytest.mark.parametrize("text", ["no not that", "thats not what i asked", "naw that's no what ah meant", "wrong one"])
def test_after_a_wrong_answer_two_others_are_offered(carer: Carer, text: str) -> None:
    carer.says("can i get any money for looking after him")
    answer = carer.says(text)
    (reply,) = answer["replies"]
    assert reply["text"].startswith("Sorry. Did you mean: 1 ")
    assert answer["topic"] == "did_you_mean"
    chosen = carer.says("2")
    assert chosen["topic"] in reply_topics()
    assert chosen["replies"] == [{"text": words(chosen["topic"])}]


def reply_topics() -> set[str]:
    return {name.removeprefix("utter_") for name in responses()}


def test_the_right_need_in_a_correction_is_answered_at_once(carer: Carer) -> None:
    carer.says("can i get any money for looking after him")
    assert carer.hears("no i meant the funeral money") == words("funeral_costs")


def test_by_text_the_answer_is_there_already(carer: Carer) -> None:
    carer.says("can i claim carers allowance")
    assert carer.hears("can you text me that") == words("text_is_above")


def test_in_the_chat_a_number_is_asked_for_and_another_question_is_answered_instead(carer: Carer) -> None:
    web = responses()
    carer.says("can i claim carers allowance", "web")
    assert carer.hears("can you text me that please", "web") == web["utter_ask_number"]["web"]
    assert carer.hears("can he get a blue badge", "web") == web["utter_blue_badge_or_transport"]["web"]
    assert carer.hears("thank you so much", "web") == web["utter_thanks"]["web"], "and nothing more is asked"


@pytest.mark.slow
def test_a_second_need_is_hardly_ever_imagined(carer: Carer) -> None:
    lines = (ROOT / "data/evaluation/everyday.jsonl").read_text(encoding="utf-8").splitlines()[::3]
    imagined = [text for line in lines if carer.says(text := json.loads(line)["text"], "web")["second"]]
    assert len(imagined) <= MOST_IMAGINED * len(lines), imagined
