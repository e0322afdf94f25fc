"""A tired carer can read it: what we say has a reading age of 11 at most."""

import pytest

from tests.guards.readability import reading_age, syllables
from tests.guards.texts import Said, assistant, instructions, replies

OLDEST = 11.0
ENOUGH = 12  # Words. The measure says nothing of a label or a heading.


def worth_measuring(said: Said) -> bool:
    return len(said.words.split()) >= ENOUGH


TEXTS = [
    one
    for one in (*replies("carers"), *replies("chat"), *replies("referrals"), *instructions(), *assistant())
    if worth_measuring(one)
]


@pytest.mark.parametrize("said", TEXTS, ids=lambda one: f"{one.where}-{one.channel}")
def test_a_carers_text_can_be_read_at_eleven(said: Said) -> None:
    assert reading_age(said.words) <= OLDEST, f"{reading_age(said.words):.1f}: {said.words}"


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("nurse", 1),
        ("ring", 1),
        ("message", 2),
        ("computer", 3),
        ("happening", 3),
        ("breathing", 2),
        ("life", 1),
        ("asked", 1),
        ("danger", 2),
        ("needed", 2),
        ("table", 2),
        ("situation", 4),
        ("immediately", 5),
        ("hospital", 3),
        ("you", 1),
        ("don't", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_hard_text_would_be_noticed() -> None:
    hard = (
        "In the event of significant deterioration, it is recommended that carers immediately contact the emergency "
        "department, providing comprehensive information regarding medication administration."
    )
    assert reading_age(hard) > 18
    assert reading_age("The cat sat on the mat. It was a big cat.") < 7
    assert reading_age("") == 0.0
