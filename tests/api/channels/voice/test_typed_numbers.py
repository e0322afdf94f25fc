"""What a row of keys is taken for, and how the carrier is told to gather it. Pure rules."""

import pytest

from api.channels.voice.numbers.rules import ASKS, is_cry, is_for_nurse, whole
from api.channels.voice.rules import Spoken, document, for_speech
from api.clients.pretend_twiml import verbs
from api.conversations.carer_calls.rules import Heard, Said, read
from api.replies import say


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ("07700900123", "+447700900123"),
        ("07700 900 123.", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("01204960999", "+441204960999"),
        ("0169772345", "+44169772345"),  # Some areas have ten figures.
        ("0770090012", "+44770090012"),
        ("7700900123", None),
        ("0770090", None),
        ("09061234567", None),  # A number at a price.
        ("077009001234", None),
        ("ring 07700900123", None),
        ("000", None),
    ],
)
def test_a_whole_number_and_nothing_else(keys: str, number: str | None) -> None:
    assert whole(keys) == number


def test_who_needs_help_is_heard_where_a_number_was_asked_for() -> None:
    assert is_for_nurse("0")
    assert is_for_nurse("000")
    assert not is_for_nurse("01")
    assert is_cry("999")
    assert not is_cry("07700900999")


def test_the_carrier_gathers_a_number_until_hash_and_one_key_elsewhere() -> None:
    here = "https://x.example/twilio/voice/1"
    (gather,) = verbs(document(Spoken(("Your number?",), 2, 8, number=True), here, ()))
    assert {"finishOnKey": "#", "timeout": "8", "input": "speech dtmf"}.items() <= gather.attributes.items()
    assert "numDigits" not in gather.attributes, "some UK numbers have ten figures and some eleven"
    (gather,) = verbs(document(Spoken(("What is it?",), 2, 6), here, ()))
    assert {"finishOnKey": "", "numDigits": "1", "timeout": "6"}.items() <= gather.attributes.items()


def test_a_number_is_read_back_slowly_and_twice() -> None:
    words = for_speech(say("voice_number_read_back", "voice", number="07700900123"))
    assert words.startswith("I have 0 7 7 0 0, 9 0 0, 1 2 3. That is 0 7 7 0 0, 9 0 0, 1 2 3.")


def test_hash_passes_over_a_question_that_keys_cannot_answer() -> None:
    assert read("#", "", "", gate=0.5, menu={}, yes_or_no=False, may_skip=True) == Heard(Said.WORDS, "skip")
    assert read("0", "", "", gate=0.5, menu={}, yes_or_no=False, may_skip=True) == Heard(Said.WORDS, "nurse")


def test_every_question_for_a_number_says_how_to_type_it() -> None:
    assert "voice_hold_unknown_number" in ASKS
    for reply in ("voice_hold_unknown_number", "voice_number_again"):
        assert "hash" in say(reply, "voice")
