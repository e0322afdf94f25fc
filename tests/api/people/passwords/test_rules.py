"""What a password must be."""

import pytest

from api.people.passwords import service
from api.people.passwords.rules import LEAST, MOST, TOO_EASY, wrong_with

OWN = ("Margaret Okafor", "m.okafor@hospice.example", "Wirral team")


@pytest.mark.parametrize(
    "password",
    [
        "kettle-harbour-ninety",
        "correcthorsebatterystaple",
        "Tq8#vL2p!xRw",
        "monkey dragon sunshine",
        "ein Fluß im Tal",
    ],
    ids=["three words", "four words", "random", "three common words", "another language"],
)
def test_long_and_unlike_others_is_good(password: str) -> None:
    assert wrong_with(password, service.common_words(), OWN) is None


@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "P@ssw0rd2026!",
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "123456789012",
        "abababababab",
        "            ",
        "Liverpool2026",
        "margaret1974!",
        "OkaforOkafor1",
        "nightlight-1234",
        "Wirral-2026-!!",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert wrong_with(password, service.common_words(), OWN) == TOO_EASY


def test_short_and_endless_ones_are_refused_with_the_reason() -> None:
    assert wrong_with("x7#" * 3, (), OWN) == f"Use {LEAST} characters or more"
    assert wrong_with("kettle-harbour" * 20, (), OWN) == f"Use {MOST} characters or fewer"
