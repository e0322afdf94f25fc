"""By when a carer hears, by clock and nation; which moves there are; what is passed on."""

from datetime import UTC, datetime

import pytest

from api.directory.hours.rules import Nation
from api.directory.rules import Need
from api.referrals import rules
from api.referrals.consent.rules import number_in
from api.referrals.rules import ENDED, MOVES, Clock, NotAllowed, Service, State, Take, Way

THURSDAY = datetime(2026, 11, 26, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("nation", "asked", "by"),
    [
        (Nation.ENGLAND, THURSDAY, "Thursday 3 December"),
        (Nation.SCOTLAND, THURSDAY, "Friday 4 December"),  # 30 November is Saint Andrew's Day.
        (Nation.ENGLAND, datetime(2026, 11, 28, 12, tzinfo=UTC), "Friday 4 December"),  # A Saturday.
        # Christmas Day is a Friday and Boxing Day a Saturday, so Monday 28 December is a bank holiday.
        (Nation.ENGLAND, datetime(2026, 12, 23, 12, tzinfo=UTC), "Monday 4 January"),
        (Nation.SCOTLAND, datetime(2026, 12, 23, 12, tzinfo=UTC), "Tuesday 5 January"),  # 2 January is kept on the 4th.
        (Nation.ENGLAND, datetime(2025, 12, 30, 12, tzinfo=UTC), "Wednesday 7 January"),
        (Nation.SCOTLAND, datetime(2025, 12, 30, 12, tzinfo=UTC), "Thursday 8 January"),  # 2 January is a Friday.
        (Nation.ENGLAND, datetime(2027, 7, 9, 12, tzinfo=UTC), "Friday 16 July"),
        (Nation.WALES, datetime(2027, 7, 9, 12, tzinfo=UTC), "Friday 16 July"),
        (Nation.NORTHERN_IRELAND, datetime(2027, 7, 9, 12, tzinfo=UTC), "Monday 19 July"),  # 12 July.
    ],
)
def test_five_working_days_of_the_nation(nation: Nation, asked: datetime, by: str) -> None:
    due = rules.due_at(Clock.ROUTINE, nation, asked)
    assert rules.by_words(Clock.ROUTINE, due) == by
    assert due > asked
    assert due.hour == 18, "nobody is told at midnight that nobody rang"


def test_the_day_is_that_of_the_uk_and_not_of_greenwich() -> None:
    late_on_sunday = datetime(2027, 6, 6, 23, 30, tzinfo=UTC)  # Half past midnight on Monday, by summer time.
    due = rules.due_at(Clock.ROUTINE, Nation.ENGLAND, late_on_sunday)
    assert rules.by_words(Clock.ROUTINE, due) == "Monday 14 June"


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        (THURSDAY, "3:05am on Friday 27 November"),
        (datetime(2026, 12, 24, 15, tzinfo=UTC), "3pm on Friday 25 December"),  # An urgent clock keeps no holiday.
        (datetime(2026, 12, 1, 0, 0, tzinfo=UTC), "12am on Wednesday 2 December"),
        (datetime(2026, 6, 1, 11, 30, tzinfo=UTC), "12:30pm on Tuesday 2 June"),
    ],
)
def test_urgent_is_within_24_hours(asked: datetime, by: str) -> None:
    assert rules.by_words(Clock.URGENT, rules.due_at(Clock.URGENT, Nation.ENGLAND, asked)) == by


def test_it_should_be_read_in_half_the_time() -> None:
    due = rules.due_at(Clock.URGENT, Nation.ENGLAND, THURSDAY)
    assert rules.half_way(THURSDAY, due) == datetime(2026, 11, 26, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_only_moves_of_the_table_are_allowed_and_a_refusal_says_which_are(old: State, new: State) -> None:
    if new in MOVES[old]:
        rules.check_move(old, new)
    else:
        with pytest.raises(NotAllowed, match="nothing" if old in ENDED else min(MOVES[old])):
            rules.check_move(old, new)


def test_a_carer_can_withdraw_as_long_as_it_has_not_ended() -> None:
    assert {state for state in State if State.WITHDRAWN in MOVES[state]} == set(State) - set(ENDED)


def test_tries_are_further_and_further_apart_and_have_an_end() -> None:
    waits = [rules.retry_after(tries) for tries in range(1, 6)]
    assert waits[-1] is None
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(known)
    assert len(known) == 4


def test_a_need_goes_to_the_service_of_the_carers_own_team() -> None:
    takes = (Take(Need.RESPITE, "a break", Clock.ROUTINE), Take(None, "help", Clock.ROUTINE))
    theirs = Service("a", "our team", "demo", Nation.ENGLAND, Way.INBOX, "", takes)
    assert rules.service_for([theirs], "demo", Need.RESPITE) == theirs
    assert rules.service_for([theirs], "demo", None) == theirs
    assert rules.service_for([theirs], "demo", Need.GRANTS) is None
    assert rules.service_for([theirs], "other", Need.RESPITE) is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Margaret", "Margaret"),
        (" its  Margaret,\nthanks. ", "its Margaret, thanks"),
        ("[nurse]", "(nurse)"),
        ("Zoë “Zo” O’Neill", 'Zoe "Zo" O\'Neill'),
        ("x" * 60, "x" * 37 + "..."),
    ],
)
def test_a_name_is_passed_on_as_it_was_given_on_one_line(said: str, kept: str) -> None:
    assert rules.kept(said) == kept


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("its 01632 960 111 after six", "+441632960111"),
        ("+44 7700 900123", "+447700900123"),
        ("01632 960111 or 07700 900123", None),  # Which one?
        ("999", None),
        ("0909 879 0000", None),  # Dear for whoever rings.
        ("+33 1 42 68 53 00", None),
        ("not just now", None),
    ],
)
def test_a_number_is_read_where_there_is_just_one(said: str, number: str | None) -> None:
    assert number_in(said) == number
