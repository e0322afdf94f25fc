"""Periods on a UK clock, times, and what was done in time."""

from datetime import date, timedelta
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reporting.rules import EARLIEST, LATEST, Span, Times, is_in_time, percentile, period, times

DAYS = st.dates(EARLIEST + timedelta(days=120), LATEST - timedelta(days=120))


@pytest.mark.parametrize(
    ("span", "day", "first", "last"),
    [
        (Span.WEEK, date(2026, 11, 26), date(2026, 11, 23), date(2026, 11, 29)),
        (Span.MONTH, date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (Span.MONTH, date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
        (Span.QUARTER, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        (Span.QUARTER, date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
    ],
)
def test_a_period_is_whole_days(span: Span, day: date, first: date, last: date) -> None:
    found = period(span, day)
    assert (found.first, found.last) == (first, last)


def test_a_month_in_which_the_clocks_change_is_an_hour_longer() -> None:
    begins, ends = period(Span.MONTH, date(2026, 10, 1)).moments
    assert ends.timestamp() - begins.timestamp() == 31 * 86_400 + 3_600


@given(st.sampled_from(Span), DAYS)
def test_each_day_is_in_one_period_and_periods_follow_each_other(span: Span, day: date) -> None:
    found = period(span, day)
    assert day in found.days
    assert (found.before.end, found.after.first) == (found.first, found.end)
    assert found.before.after == found.after.before == found
    assert {period(span, one) for one in found.days} == {found}


def test_a_day_beyond_all_calendars_is_refused() -> None:
    for day in (date.min, date.max):
        with pytest.raises(ValueError, match="no day of this line"):
            period(Span.QUARTER, day)


def test_half_and_nine_in_ten() -> None:
    assert times([10.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], 5) == Times(10, 5.0, 9.0)
    assert times([1.0, 2.0, 3.0, 4.0], 5) == Times(4, None, None), "so few are not told"
    assert percentile([], 0.5) is None


@given(st.lists(st.integers(0, 100), min_size=1, max_size=60), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert found is not None
    enough = round(share * 100) * len(values)
    assert 100 * sum(value <= found for value in values) >= enough
    assert 100 * sum(value < found for value in values) < enough
    if share == 0.5:
        assert found == median_low(values)


@pytest.mark.parametrize(
    ("after", "ended", "elapsed", "met"),
    [
        (300.0, None, 400, True),
        (301.0, 2000.0, 4000, False),
        (None, None, 299, None),  # There is still time.
        (None, None, 301, False),
        (None, 200.0, 4000, None),  # Stood down while there was time.
        (None, 2000.0, 4000, False),  # Closed late and never accepted.
    ],
)
def test_what_counts_as_in_time(after: float | None, ended: float | None, elapsed: int, met: bool | None) -> None:
    assert is_in_time(after, timedelta(minutes=5), timedelta(seconds=elapsed), ended) is met
