"""Opening hours through a year: clocks that change, bank holidays of four nations, nights, and what nobody knows."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from api.directory.hours.rules import (
    UK,
    WEEK,
    BankHolidays,
    Hours,
    Nation,
    Period,
    Standing,
    is_bank_holiday,
    next_opening,
    opens_in_words,
    standing,
)

WORKDAYS = frozenset(WEEK[:5])
ENGLAND = frozenset({Nation.ENGLAND})
OFFICE = Hours((Period(WORKDAYS, time(9), time(17)),), bank_holidays=BankHolidays.CLOSED)
EVENINGS = Hours((Period(frozenset(WEEK), time(17), time(0)),), bank_holidays=BankHolidays.OPEN)
NIGHTS = Hours((Period(frozenset({"SA"}), time(20), time(8)),), bank_holidays=BankHolidays.OPEN)
ALWAYS = Hours(always=True, bank_holidays=BankHolidays.OPEN)

START = datetime(2027, 1, 1, tzinfo=UTC)
HALF_HOURS = 365 * 48

# Weekdays of 2027 on which banks rest, as https://www.gov.uk/bank-holidays has them by nation.
ENGLAND_AND_WALES = {(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)}
RESTING = {
    Nation.ENGLAND: ENGLAND_AND_WALES,
    Nation.WALES: ENGLAND_AND_WALES,
    Nation.SCOTLAND: {(1, 1), (1, 4), (3, 26), (5, 3), (5, 31), (8, 2), (11, 30), (12, 27), (12, 28)},
    Nation.NORTHERN_IRELAND: ENGLAND_AND_WALES | {(3, 17), (7, 12)},
}


def uk(text: str, fold: int = 0) -> datetime:
    """A moment as clocks in the UK show it."""
    return datetime.fromisoformat(text).replace(tzinfo=UK, fold=fold).astimezone(UTC)


def on_the_wall(hours: Hours, at: datetime) -> bool:
    """Whether the time that a clock on the wall shows lies in the hours, worked out another way than by the rules."""
    local = at.astimezone(UK).replace(tzinfo=None)
    if hours.always:
        return True
    for period in hours.periods:
        for day in (local.date(), local.date() - timedelta(days=1)):
            opens = datetime.combine(day, period.opens_at)
            closes = datetime.combine(day, period.closes_at)
            if closes <= opens:
                closes += timedelta(days=1)
            if WEEK[day.weekday()] in period.byday and opens <= local < closes:
                return True
    return False


@pytest.mark.parametrize("nation", Nation)
def test_every_half_hour_of_a_year_is_right_in_every_nation(nation: Nation) -> None:
    """An office that keeps bank holidays, against the list of the government and a clock on the wall."""
    for number in range(HALF_HOURS):
        at = START + timedelta(minutes=30 * number)
        local = at.astimezone(UK)
        rests = (local.month, local.day) in RESTING[nation]
        expected = Standing.OPEN if on_the_wall(OFFICE, at) and not rests else Standing.CLOSED
        assert standing(OFFICE, at, frozenset({nation})) is expected, local


periods = st.builds(
    Period,
    st.frozensets(st.sampled_from(WEEK), min_size=1),
    st.sampled_from([time(hour, minute) for hour in range(24) for minute in (0, 30)]),
    st.sampled_from([time(hour, minute) for hour in range(24) for minute in (0, 30)]),
)
any_hours = st.builds(
    Hours,
    st.lists(periods, max_size=3).map(tuple),
    always=st.booleans(),
    bank_holidays=st.sampled_from(BankHolidays),
    verified=st.booleans(),
)
moments = st.integers(0, HALF_HOURS - 1).map(lambda number: START + timedelta(minutes=30 * number))
some_nations = st.frozensets(st.sampled_from(Nation), min_size=1)


@how(max_examples=500)
@given(any_hours, moments, some_nations)
def test_nothing_is_called_open_that_is_not_known_to_be(hours: Hours, at: datetime, nations: frozenset[Nation]) -> None:
    if standing(hours, at, nations) is Standing.OPEN:
        assert hours.verified
        assert on_the_wall(hours, at)
    opening = next_opening(hours, at, nations)
    if opening is not None:
        assert opening > at
        assert hours.verified
        assert standing(hours, at, nations) is not Standing.OPEN
        assert standing(hours, opening, nations) is Standing.OPEN
        assert on_the_wall(hours, opening)


def test_a_day_begins_and_ends_to_the_second() -> None:
    assert standing(OFFICE, uk("2026-12-01 08:59:59"), ENGLAND) is Standing.CLOSED
    assert standing(OFFICE, uk("2026-12-01 09:00"), ENGLAND) is Standing.OPEN
    assert standing(OFFICE, uk("2026-12-01 16:59:59"), ENGLAND) is Standing.OPEN
    assert standing(OFFICE, uk("2026-12-01 17:00"), ENGLAND) is Standing.CLOSED


def test_in_summer_nine_is_nine_by_the_clock() -> None:
    assert standing(OFFICE, datetime(2026, 7, 1, 8, 0, tzinfo=UTC), ENGLAND) is Standing.OPEN
    assert standing(OFFICE, datetime(2026, 12, 1, 8, 0, tzinfo=UTC), ENGLAND) is Standing.CLOSED


def test_an_evening_ends_at_midnight_and_a_night_goes_on_into_the_morning() -> None:
    assert standing(EVENINGS, uk("2026-12-01 23:59"), ENGLAND) is Standing.OPEN
    assert standing(EVENINGS, uk("2026-12-02 00:00"), ENGLAND) is Standing.CLOSED
    assert standing(NIGHTS, uk("2026-12-06 07:59"), ENGLAND) is Standing.OPEN
    assert standing(NIGHTS, uk("2026-12-06 20:00"), ENGLAND) is Standing.CLOSED, "that is Sunday's night"


def test_in_the_hour_that_comes_twice_the_shorter_time_is_kept() -> None:
    until = Hours((Period(frozenset(WEEK), time(0), time(1, 30)),), bank_holidays=BankHolidays.OPEN)
    since = Hours((Period(frozenset(WEEK), time(1, 30), time(3)),), bank_holidays=BankHolidays.OPEN)
    first, second = uk("2026-10-25 01:40"), uk("2026-10-25 01:40", fold=1)
    assert second - first == timedelta(hours=1)
    assert [standing(until, at, ENGLAND) for at in (first, second)] == [Standing.CLOSED, Standing.CLOSED]
    assert [standing(since, at, ENGLAND) for at in (first, second)] == [Standing.CLOSED, Standing.OPEN]


def test_what_nobody_knows_is_unknown() -> None:
    noon = uk("2026-12-01 12:00")
    assert standing(Hours(), noon, ENGLAND) is Standing.UNKNOWN
    assert standing(Hours(words="Seven days a week."), noon, ENGLAND) is Standing.UNKNOWN
    unsure = Hours(OFFICE.periods, bank_holidays=BankHolidays.CLOSED, verified=False)
    assert standing(unsure, noon, ENGLAND) is Standing.UNKNOWN
    assert standing(unsure, uk("2026-12-01 03:00"), ENGLAND) is Standing.CLOSED
    assert next_opening(unsure, uk("2026-12-01 03:00"), ENGLAND) is None, "nobody is told a time that no source has"


def test_on_a_bank_holiday_a_service_does_what_it_says() -> None:
    good_friday = uk("2026-04-03 12:00")
    for bank_holidays, expected in (("open", "open"), ("closed", "closed"), ("unknown", "unknown")):
        hours = Hours(OFFICE.periods, bank_holidays=BankHolidays(bank_holidays))
        assert standing(hours, good_friday, ENGLAND) is Standing(expected)
    assert standing(ALWAYS, uk("2026-12-25 03:00"), frozenset(Nation)) is Standing.OPEN


def test_a_holiday_of_one_nation_leaves_it_open_whether_a_service_of_all_rests() -> None:
    saint_andrew = uk("2026-11-30 12:00")
    assert standing(OFFICE, saint_andrew, frozenset({Nation.SCOTLAND})) is Standing.CLOSED
    assert standing(OFFICE, saint_andrew, ENGLAND) is Standing.OPEN
    assert standing(OFFICE, saint_andrew, frozenset(Nation)) is Standing.UNKNOWN


def test_nations_have_their_own_bank_holidays() -> None:
    boyne, monday_after_easter = date(2027, 7, 12), date(2027, 3, 29)
    assert {nation for nation in Nation if is_bank_holiday(boyne, nation)} == {Nation.NORTHERN_IRELAND}
    assert not is_bank_holiday(monday_after_easter, Nation.SCOTLAND)
    assert is_bank_holiday(monday_after_easter, Nation.WALES)


@pytest.mark.parametrize(
    ("hours", "now", "words"),
    [
        (OFFICE, "2026-11-26 03:26", "opens today at 9am"),
        (OFFICE, "2026-11-26 17:00", "opens tomorrow at 9am"),
        (OFFICE, "2026-11-27 18:00", "opens Monday at 9am"),
        (OFFICE, "2026-12-24 18:00", "opens Tuesday at 9am"),  # Christmas, Boxing Day, Sunday, and Monday in its place.
        (EVENINGS, "2026-11-26 03:26", "opens today at 5pm"),
        (NIGHTS, "2026-11-29 09:00", "opens Saturday at 8pm"),
        (NIGHTS, "2026-11-28 19:00", "opens today at 8pm"),
        (
            Hours((Period(frozenset({"TU"}), time(9, 30), time(17)),)),
            "2026-12-29 17:00",
            "opens Tuesday 5 January at 9:30am",
        ),
        (Hours((Period(frozenset({"TU"}), time(0), time(12)),)), "2026-12-07 17:00", "opens tomorrow at midnight"),
        (Hours((Period(frozenset({"TU"}), time(12), time(14)),)), "2026-12-08 10:00", "opens today at midday"),
    ],
)
def test_the_next_opening_in_words(hours: Hours, now: str, words: str) -> None:
    opening = next_opening(hours, uk(now), ENGLAND)
    assert opening is not None
    assert opens_in_words(opening, uk(now)) == words


def test_a_day_on_which_nobody_knows_is_not_promised() -> None:
    unknown = Hours(OFFICE.periods)
    assert next_opening(unknown, uk("2026-12-24 18:00"), ENGLAND) == uk("2026-12-29 09:00")
    assert next_opening(unknown, uk("2026-12-25 10:00"), ENGLAND) == uk("2026-12-29 09:00")


def test_what_is_open_or_unknown_has_no_next_opening() -> None:
    assert next_opening(ALWAYS, uk("2026-12-01 03:00"), ENGLAND) is None
    assert next_opening(Hours(), uk("2026-12-01 03:00"), ENGLAND) is None
