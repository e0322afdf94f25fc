"""What is spoken to staff, as TwiML, and what their keys mean. Pure rules."""

import pytest

from api.channels.calls import rules
from api.clients.pretend_twiml import verbs
from api.paging.calls.rules import MOST_TURNS, Step, Wish, spoken_number, spoken_priority, wants_through, wish

WORDS = "Nightlight. It is about: <breathing> & “pain”."
HERE = "https://line.example/twilio/calls/1"


def test_a_page_is_said_twice_slowly_by_a_british_voice_and_a_key_is_told_at_once() -> None:
    (gather,) = verbs(rules.listen(WORDS, f"{HERE}/turns/1"))
    assert gather.name == "Gather"
    assert gather.attributes == {
        "input": "dtmf",
        "numDigits": "1",
        "finishOnKey": "",
        "timeout": str(rules.WAIT_SECONDS),
        "action": f"{HERE}/turns/1",
        "method": "POST",
        "actionOnEmptyResult": "true",
    }
    assert [one.name for one in gather.inner] == ["Say", "Pause", "Say"]
    for say in (gather.inner[0], gather.inner[2]):
        assert say.attributes == {"voice": "Polly.Amy-Neural", "language": "en-GB"}
        (prosody,) = say.inner
        assert (prosody.name, prosody.attributes, prosody.words) == ("prosody", {"rate": "85%"}, WORDS)


@pytest.mark.parametrize(("twice", "expected"), [(False, ["Say", "Hangup"]), (True, ["Say", "Pause", "Say", "Hangup"])])
def test_the_last_words_end_the_call(twice: bool, expected: list[str]) -> None:
    assert [verb.name for verb in verbs(rules.last_words(WORDS, twice))] == expected


def test_the_carer_is_rung_from_the_line_s_number_and_both_ends_are_reported() -> None:
    spoken = rules.put_through("Ringing.", "+447700900001", "+447700900100", f"{HERE}/dialled", f"{HERE}/carer")
    say, dial = verbs(spoken)
    assert (say.name, say.words) == ("Say", "Ringing.")
    assert dial.attributes == {
        "callerId": "+447700900100",
        "timeout": str(rules.CARER_RINGS_SECONDS),
        "action": f"{HERE}/dialled",
        "method": "POST",
    }
    (number,) = dial.inner
    assert (number.name, number.words) == ("Number", "+447700900001")
    assert number.attributes == {"statusCallback": f"{HERE}/carer", "statusCallbackEvent": "answered completed"}


@pytest.mark.parametrize("document", ["", "no", "<Say/>", "<Response><Say>"])
def test_what_is_no_twiml_is_not_read(document: str) -> None:
    with pytest.raises(ValueError, match=r"XML|Response"):
        verbs(document)


@pytest.mark.parametrize("turn", range(1, MOST_TURNS + 1))
def test_only_keys_1_and_2_answer_a_page(turn: int) -> None:
    assert (wish("1", turn), wish("2", turn)) == (Wish.ACCEPT, Wish.DECLINE)
    for other in ("", "*", "#", "0", "3", "11", "1 ", "one"):
        assert wish(other, turn) == (Wish.AGAIN if turn < MOST_TURNS else Wish.NOTHING)


def test_only_key_1_rings_the_carer() -> None:
    assert wants_through("1", MOST_TURNS) == Step.PUT_THROUGH
    assert [wants_through(key, 1) for key in ("", "2", "*")] == [Step.READ] * 3
    assert wants_through("", MOST_TURNS) == Step.NO_KEY


def test_numbers_and_priorities_are_read_out_one_by_one() -> None:
    assert spoken_number("07700 900 123") == "0 7 7 0 0, 9 0 0, 1 2 3"
    assert (spoken_priority("P0"), spoken_priority("P1S")) == ("P 0", "P 1 S")
