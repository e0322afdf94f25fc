"""What the assistant says, checked as text: each test fails when somebody edits a reply into something unsayable."""

import re

import pytest

from api import gsm7
from tests.bot.content import CHANNELS, ROOT, responses, rules, said_by_actions, wordings

SMS_LIMIT = 190
LONGEST_NAME = 32
WORDS_IN_A_SENTENCE = 20
FORBIDDEN = [
    "calm down",
    "don't worry",
    "do not worry",
    "at least",
    "it will get better",
    "i understand exactly",
    "i know how you feel",
    "committed suicide",
    "attention",
    "promise",
    "guarantee",
    "confidential",  # We may share; no one may give a personal assurance of secrecy.
    "will ring you",
    "will call you",
    "will be with you",
    "on the way",
    "minutes",
    "do not ring 999",
    "don't ring 999",
    "instead of 999",
    "dose",
]
# Filled in by our own actions: names of needs (data/dialogue/needs.yml) and a number said back.
BY_ACTIONS = {"{first_need}", "{second_need}", "{number}"}
EVERY = [(name, channel, text) for name, texts in responses().items() for channel, text in texts.items()]


def sentences(text: str) -> list[str]:
    """The sentences of a text; an address counts as one word."""
    return [part for part in re.split(r"[.?!;]\s+|\n+", re.sub(r"https://\S+", "link.", text)) if part.strip()]


@pytest.mark.parametrize("name", responses())
def test_each_response_has_a_wording_for_each_channel(name: str) -> None:
    texts = responses()[name]
    assert set(texts) == CHANNELS
    assert all(text.strip() for text in texts.values())


@pytest.mark.parametrize(("name", "text"), wordings("sms"))
def test_a_text_message_is_plain_and_leaves_room_for_an_opening_line(name: str, text: str) -> None:
    filled = re.sub(r"\{\w+\}", "x" * LONGEST_NAME, text)
    assert gsm7.is_gsm7(filled)
    assert gsm7.length(filled) <= SMS_LIMIT
    assert "http" not in text
    assert "\n" not in text


@pytest.mark.parametrize(("name", "text"), wordings("voice"))
def test_speech_has_no_links_and_spaces_out_its_numbers(name: str, text: str) -> None:
    assert "http" not in text
    assert not re.search(r"\d\d", text), "two digits together are read as one number"
    assert not re.search(r"[/&@#\n]|\b(?:Mon|Fri|GP|text|type|write)\b", text), "this cannot be said aloud"
    assert "NURSE" not in text


@pytest.mark.parametrize(("name", "text"), wordings("web"))
def test_the_web_has_only_whole_secure_links(name: str, text: str) -> None:
    assert text.count("http") == len(re.findall(r"https://(?:www\.)?[a-z]+\.(?:org|gov)\.uk/\S+", text))


@pytest.mark.parametrize(("name", "channel", "text"), EVERY)
def test_the_words_are_kind_true_and_short(name: str, channel: str, text: str) -> None:
    lowered = text.lower()
    assert [phrase for phrase in FORBIDDEN if phrase in lowered] == []
    assert max(len(sentence.split()) for sentence in sentences(text)) <= WORDS_IN_A_SENTENCE


@pytest.mark.parametrize(("name", "channel", "text"), EVERY)
def test_every_reply_leaves_a_way_to_a_person(name: str, channel: str, text: str) -> None:
    assert re.search(r"\bnurse\b", text, re.IGNORECASE) or "[team number]" in text


@pytest.mark.parametrize("name", ["utter_person_asked", "utter_person_not_reached", "utter_person_will_read"])
@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_words_about_reaching_a_person_carry_every_number(name: str, channel: str) -> None:
    text = responses()[name][channel].replace(" ", "")
    assert "[teamnumber]" in text
    assert "999" in text


def test_placeholders_are_the_ones_that_the_api_fills_in() -> None:
    marks = {mark for _, _, text in EVERY for mark in re.findall(r"\[[^\]]*\]|\{[^}]*\}", text)}
    assert marks == {"[team number]", *BY_ACTIONS}


def test_every_telephone_number_and_link_has_its_source_in_a_comment() -> None:
    blocks = re.split(r"\n\n(?=  (?:#|utter_))", (ROOT / "domain.yml").read_text(encoding="utf-8"))
    signposts = [block for block in blocks if re.search(r"0[38]\d\d|\bhttps://", re.sub(r"(?m)^\s*#.*$", "", block))]
    assert len(signposts) >= 3
    for block in signposts:
        assert re.search(r"(?m)^\s*#.*https://", block), block[:80]


def test_every_response_is_said_by_a_rule_or_an_action() -> None:
    by_rules = {action for _, action in rules() if action.startswith("utter_")}
    assert by_rules | said_by_actions() == set(responses())
