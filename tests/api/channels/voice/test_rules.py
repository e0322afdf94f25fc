"""What a caller hears is put for the ear, and no call is ever left without a way on."""

from datetime import UTC, datetime, timedelta

import pytest

from api.channels.voice.holding.rules import Reassurance, stays, while_nobody_has_it
from api.channels.voice.rules import confer, for_speech, goodbye, listen, one_moment, waiting
from api.clients.pretend_twiml import verbs
from api.escalations.rules import State

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
TARGET = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Ring 999 or 111.", "Ring 9 9 9 or 1 1 1."),
        ("Ring 01618 501 234.", "Ring 0 1 6 1 8, 5 0 1, 2 3 4. That is 0 1 6 1 8, 5 0 1, 2 3 4."),
        ("See https://www.gov.uk/attendance-allowance now.", "See now."),
        ("Samaritans, 116 123", "Samaritans, 1 1 6 1 2 3"),
        ("It was 1948, and £1500.", "It was 1948, and £1500."),
        ("0 7 7 0 0, 9 0 0, 1 2 3", "0 7 7 0 0, 9 0 0, 1 2 3"),
    ],
)
def test_numbers_are_read_figure_by_figure_and_twice_and_links_never(written: str, spoken: str) -> None:
    assert for_speech(written) == spoken


def test_a_question_hears_words_and_keys_in_british_english_unmasked() -> None:
    (gather,) = verbs(listen(["What is it?"], "https://x.example/t/2", 6, ("syringe driver",)))
    wanted = {"input": "speech dtmf", "language": "en-GB", "profanityFilter": "false", "hints": "syringe driver"}
    assert wanted.items() <= gather.attributes.items()
    assert gather.attributes["actionOnEmptyResult"] == "true"


@pytest.mark.parametrize(
    "document",
    [
        listen(["One."], "https://x.example/t/2", 6, ("a", "b"), first="First."),
        one_moment("One moment.", "https://x.example/t/2/wait/1"),
        goodbye("Goodbye."),
        confer("Here.", "carer-1", "https://x.example/c", "https://x.example/c/alone"),
        waiting("One moment.", 5),
    ],
)
def test_all_that_we_emit_keeps_to_the_carriers_rules(document: str) -> None:
    assert verbs(document), "read by the pretend carrier's table of Twilio's verbs and attributes"


def test_who_waits_on_the_line() -> None:
    assert stays(State.WAITING, "P0", may_be_watched=False)
    assert stays(State.ACCEPTED, "P1", may_be_watched=False)
    assert not stays(State.WAITING, "P2", may_be_watched=False), "half an hour is too long to hold"
    assert not stays(State.CONTACTED, "P0", may_be_watched=False)
    assert not stays(State.WAITING, "P0", may_be_watched=True)


def test_reassurance_is_true_at_its_time() -> None:
    assert while_nobody_has_it(NOW, TARGET, NOW + timedelta(seconds=20), 4) == Reassurance.RINGING
    assert while_nobody_has_it(NOW, TARGET, NOW + timedelta(minutes=2), 4) == Reassurance.TRYING
    assert while_nobody_has_it(NOW, TARGET, NOW + timedelta(minutes=6), 4) == Reassurance.LATE
    assert while_nobody_has_it(NOW, TARGET, NOW + timedelta(minutes=6), 5) == Reassurance.RINGING
