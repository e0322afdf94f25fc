"""Which calls of the carrier's list we must know of, and from when on the list is read. Pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from api.channels.voice.lists import rules

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
WITHIN = timedelta(seconds=20)
USUAL, AT_FIRST = timedelta(minutes=10), timedelta(minutes=60)


@pytest.mark.parametrize(
    ("status", "seconds", "known"),
    [("in-progress", 5, False), ("ringing", 19, False), ("in-progress", 21, True), ("completed", 1, True)],
)
def test_a_call_that_is_just_coming_in_may_not_have_reached_us_yet(status: str, seconds: int, known: bool) -> None:
    assert rules.should_be_known(status, NOW - timedelta(seconds=seconds), NOW, WITHIN) is known


@pytest.mark.parametrize(
    ("last", "going_on", "minutes"),
    [
        (None, None, 60),
        (1, None, 11),
        (30, None, 40),
        (500, None, 60),
        (1, 90, 90),
        (1, 5, 11),
    ],
    ids=["a new process", "as ever", "carrier was away", "away for long", "a call goes on", "a short one does"],
)
def test_looks_overlap_and_reach_back_to_what_goes_on(last: int | None, going_on: int | None, minutes: int) -> None:
    def ago(number: int | None) -> datetime | None:
        return None if number is None else NOW - timedelta(minutes=number)

    assert rules.since(ago(last), ago(going_on), NOW, USUAL, AT_FIRST) == NOW - timedelta(minutes=minutes)
