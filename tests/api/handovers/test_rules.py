"""When a night begins and ends by the clock on the wall, also on the nights on which the clocks change."""

from datetime import UTC, datetime, time, timedelta

import pytest

from api.handovers.rules import PARTS, Plan, is_due, last_night, says_anything, so_far

PLAN = Plan(time(20, 0), time(8, 0), "lead", timedelta(minutes=60))


def at(*parts: int) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begun", "ended"),
    [
        (at(2026, 11, 23, 8, 0), at(2026, 11, 22, 20, 0), at(2026, 11, 23, 8, 0)),
        (at(2026, 11, 23, 7, 59), at(2026, 11, 21, 20, 0), at(2026, 11, 22, 8, 0)),
        (at(2026, 11, 23, 23, 0), at(2026, 11, 22, 20, 0), at(2026, 11, 23, 8, 0)),
        (at(2026, 7, 1, 7, 0), at(2026, 6, 30, 19, 0), at(2026, 7, 1, 7, 0)),  # Summer time.
        (at(2026, 10, 25, 8, 30), at(2026, 10, 24, 19, 0), at(2026, 10, 25, 8, 0)),  # 13 hours.
        (at(2026, 3, 29, 7, 30), at(2026, 3, 28, 20, 0), at(2026, 3, 29, 7, 0)),  # 11 hours.
    ],
)
def test_the_last_night_that_is_over(now: datetime, begun: datetime, ended: datetime) -> None:
    assert last_night(PLAN, now) == (begun, ended)


def test_a_sheet_on_demand_goes_back_to_the_beginning_of_the_night() -> None:
    assert so_far(PLAN, at(2026, 11, 23, 3, 0)) == (at(2026, 11, 22, 20, 0), at(2026, 11, 23, 3, 0))
    assert so_far(PLAN, at(2026, 11, 23, 21, 0))[0] == at(2026, 11, 23, 20, 0)


def test_a_night_long_past_gets_no_sheet_any_more() -> None:
    ended = at(2026, 11, 23, 8, 0)
    assert is_due(ended, ended)
    assert is_due(ended, ended + timedelta(hours=5))
    assert not is_due(ended, ended + timedelta(hours=6))


def test_a_quiet_night_says_nothing() -> None:
    quiet: dict[str, list[object]] = {part: [] for part in PARTS}
    assert not says_anything(quiet)
    assert all(says_anything(quiet | {part: [1]}) for part in PARTS)
