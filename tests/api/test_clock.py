"""The one place that knows what time it is."""

from datetime import UTC, datetime, timedelta

import pytest

from api import clock


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 1, 15, 2, 14, tzinfo=UTC), "02:14"),
        (datetime(2026, 7, 15, 2, 14, tzinfo=UTC), "03:14"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "00:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "02:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "01:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "01:30"),
    ],
    ids=["winter", "summer", "before spring", "the hour that is left out", "the hour that comes twice", "and again"],
)
def test_a_moment_as_it_is_read_off_a_clock_in_the_uk(moment: datetime, shown: str) -> None:
    assert clock.uk_time(moment) == shown


def test_now_is_aware_and_moves_only_when_it_is_moved() -> None:
    before = clock.now()
    assert before.tzinfo is UTC
    try:
        clock.move(timedelta(hours=1))
        clock.move(timedelta(minutes=5))
        assert timedelta(minutes=65) <= clock.now() - before < timedelta(minutes=66)
    finally:
        clock.reset()
    assert clock.now() - before < timedelta(minutes=1)
