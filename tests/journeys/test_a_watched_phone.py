"""Somebody is being hurt at home and the phone may be in the wrong hands: the nurse is told, the phone says nothing."""

import re

import pytest

from api.triage.grading import Heard
from tests.harness import hearing
from tests.harness.chat import ChatBrowser
from tests.harness.hearing import STRONG
from tests.harness.line import CARER, NURSE_ONE, Line

WORDS = "my husband hits me when hes had a drink, im scared of him"
STANDING = ("trying to reach", "Nobody has answered", "has your message")  # Above the box of the chat page.
TELLING = re.compile(r"nurse|abuse|harm|hurt|help is|safeguard", re.IGNORECASE)


async def test_the_nurse_is_paged_and_no_text_to_the_phone_says_so(line: Line) -> None:
    await line.text(CARER, WORDS)
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)
    assert "Can you talk freely just now?" in line.last(CARER)

    await line.text(CARER, "N")
    assert "that is noted" in line.last(CARER)
    code = re.search(r"\b(\d+)a\b", line.last(NURSE_ONE))
    assert code is not None
    await line.staff_text(NURSE_ONE, f"{code[1]}a")
    await line.later(minutes=10)
    assert [text for text in line.phone(CARER) if TELLING.search(text)] == []


async def test_even_when_nobody_is_reached_the_phone_says_nothing(line: Line) -> None:
    await line.text(CARER, WORDS)
    await line.later(minutes=20)
    assert [text for text in line.phone(CARER) if TELLING.search(text)] == []


async def test_a_later_worry_of_another_kind_tells_the_phone_nothing_either(line: Line) -> None:
    await line.text(CARER, WORDS)
    await line.text(CARER, "mum has fallen out of bed and i cant lift her")
    await line.later(minutes=20)
    assert [text for text in line.phone(CARER) if TELLING.search(text)] == []


async def test_where_a_life_hangs_on_it_the_instruction_is_given(line: Line) -> None:
    await line.text(CARER, WORDS)
    await line.text(CARER, "mums stopped breathing")
    assert "999" in line.last(CARER)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)


async def test_the_chat_page_says_nothing_of_a_nurse_beside_the_messages_either(line: Line) -> None:
    chat = await ChatBrowser(line.client).open()
    await chat.say(WORDS)
    await line.settle()
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)
    await _says_nothing(chat)
    await line.later(minutes=20)
    await _says_nothing(chat)
    await line.staff_text(NURSE_ONE, "accept")
    await _says_nothing(chat)


async def _says_nothing(chat: ChatBrowser) -> None:
    await chat.open()
    assert 'id="standing"' in chat.page
    assert "number--offer" not in chat.page
    assert [words for words in STANDING if words in chat.text] == []


@pytest.mark.parametrize("way", ["as a message", "in its field"])
async def test_a_safe_number_given_by_chat_reaches_the_nurse_and_the_page_only_notes_it(line: Line, way: str) -> None:
    chat = await ChatBrowser(line.client).open()
    await chat.say(WORDS)
    await line.settle()
    await line.staff_text(NURSE_ONE, "accept")
    await chat.open()
    await (chat.say("07700 900123") if way == "as a message" else chat.give_number("07700 900123"))
    await line.settle()
    await chat.open()

    assert "+447700900123" in line.last(NURSE_ONE)
    assert "that is noted" in chat.lines[-1][1]
    assert "ring you on" not in chat.text


async def test_a_guess_that_it_may_be_abuse_is_asked_about_without_a_word_of_a_nurse(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearing.put_in(monkeypatch).may_be("he counts my texts", STRONG + 0.1, "domestic_abuse")
    await line.text(CARER, "he counts my texts")
    await line.text(CARER, "Y")
    assert "Is it a good time to talk?" in line.phone(CARER)[-2]
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)
    assert [text for text in line.phone(CARER) if TELLING.search(text)] == []


@pytest.mark.parametrize("answer", ["N", "not a good time"])
async def test_where_talking_is_not_safe_a_no_brings_the_nurse_without_a_word_of_it(
    line: Line, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    hearing.put_in(monkeypatch).may_be("he counts my texts", STRONG + 0.1, "domestic_abuse")
    await line.text(CARER, "he counts my texts")
    await line.text(CARER, answer)
    await line.later(minutes=10)
    assert "NIGHTLIGHT P1S" in line.phone(NURSE_ONE)[0]
    assert [text for text in line.phone(CARER) if TELLING.search(text)] == []


async def test_a_guess_at_abuse_beside_a_plain_danger_hides_nothing_from_a_carer_who_was_told_of_the_nurse(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "hes stopped breathing"
    hearing.put_in(monkeypatch).heard[words] = Heard(0.95, (("not_breathing", 0.7), ("domestic_abuse", 0.3)))
    await line.text(CARER, words)
    await line.later(minutes=20)
    assert any("not been able to reach the nurse" in text for text in line.phone(CARER))
