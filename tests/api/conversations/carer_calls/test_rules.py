"""What a caller's words, keys and silences mean."""

import pytest

from api import telephone
from api.conversations.carer_calls.rules import (
    AfterCall,
    AfterSilence,
    Heard,
    Said,
    after_call,
    after_silence,
    has_key_fact,
    read,
    speaks_by_relay,
)

MENU = {"3": "Can somebody sit with them"}


def heard(
    keys: str = "", speech: str = "", confidence: str = "0.9", *, menu_open: bool = False, asked: bool = False
) -> Heard:
    return read(keys, speech, confidence, gate=0.5, menu=MENU if menu_open else {}, yes_or_no=asked)


def test_words_are_clear_or_they_are_not() -> None:
    assert heard(speech=" she wont wake ") == Heard(Said.WORDS, "she wont wake")
    assert heard(speech="she wont wake", confidence="0.49").said == Said.UNCLEAR
    assert heard(speech="she wont wake", confidence="").said == Said.WORDS, "a recogniser that does not say is believed"
    assert heard().said == Said.NOTHING


@pytest.mark.parametrize(
    ("key", "menu_open", "asked", "expected"),
    [
        ("0", False, False, Heard(Said.WORDS, "nurse")),
        ("0", True, True, Heard(Said.WORDS, "nurse")),
        ("*", False, False, Heard(Said.REPEAT)),
        ("9", False, False, Heard(Said.MENU)),
        ("3", True, False, Heard(Said.WORDS, "Can somebody sit with them")),
        ("3", False, False, Heard(Said.WORDS, "3")),
        ("1", False, True, Heard(Said.WORDS, "yes")),
        ("2", False, True, Heard(Said.WORDS, "no")),
        ("1", False, False, Heard(Said.WORDS, "1")),
        ("#", False, False, Heard(Said.WORDS, "text me that")),
    ],
)
def test_keys(key: str, menu_open: bool, asked: bool, expected: Heard) -> None:
    assert heard(key, menu_open=menu_open, asked=asked) == expected


def test_a_nurse_is_one_key_away_whatever_the_menu_says() -> None:
    assert "0" not in telephone.wanted().menu
    assert {"9", "*", "#", "1"}.isdisjoint(telephone.wanted().menu)


def test_facts_that_must_not_be_misheard() -> None:
    facts = telephone.wanted().key_facts
    assert has_key_fact("he has had a double", facts)
    assert has_key_fact("I gave her 2 of them", facts)
    assert not has_key_fact("what lovely weather", facts)


def test_the_third_silence_fetches_a_person() -> None:
    assert [after_silence(times) for times in (1, 2, 3, 4)] == [
        AfterSilence.ASK_AGAIN,
        AfterSilence.OFFER_KEY,
        AfterSilence.FETCH_PERSON,
        AfterSilence.FETCH_PERSON,
    ]


@pytest.mark.parametrize(
    ("spoke", "in_danger", "connected", "wordless", "expected"),
    [
        (True, True, False, 0, AfterCall.RING_BACK),
        (False, True, False, 1, AfterCall.RING_BACK),
        (True, True, True, 0, AfterCall.NOTHING),
        (True, False, False, 0, AfterCall.NOTHING),
        (False, False, False, 1, AfterCall.TEXT_ONCE),
        (False, False, False, 3, AfterCall.PAGE),
    ],
)
def test_what_follows_a_call(spoke: bool, in_danger: bool, connected: bool, wordless: int, expected: AfterCall) -> None:
    found = after_call(spoke=spoke, in_danger=in_danger, was_connected=connected, wordless=wordless, most_wordless=3)
    assert found == expected


def test_an_operator_of_a_text_relay_is_known() -> None:
    words = telephone.wanted().relay_words
    assert speaks_by_relay("Hello, this is a Relay UK call", words)
    assert not speaks_by_relay("my relative is poorly", words)
