"""Shifts by the wall clock, and what is found wrong with a run of them, on nights on which clocks change too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from api import bank_holidays
from api.rota.changes.rules import Override, Part, SwapMove, SwapState, moved, moves, overridden
from api.rota.patterns.rules import Days, Pattern, Turns, shifts, span
from api.rota.rules import UK, Fault, Ground, Reach, Rung, Shift, moment, parts, problems

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
EVERY_DAY = frozenset(range(7))
GROUND = Ground("ENG", (Rung.ON_CALL,), frozenset(), swaps_need_approval=True)
REACH = {ONE: Reach.YES, TWO: Reach.YES, THREE: Reach.YES}
SPRING, AUTUMN, PLAIN = date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 1)
MINUTE = timedelta(minutes=1)


def pattern(
    people: Sequence[UUID] = (ONE,),
    first_day: date = date(2026, 1, 5),
    every: int = 1,
    weekdays: frozenset[int] = EVERY_DAY,
    starts: time = time(20),
    ends: time = time(8),
    days: Days = Days.EVERY,
    turns: Turns = Turns.SHIFT,
) -> Pattern:
    return Pattern("on_call", tuple(people), first_day, None, every, weekdays, starts, ends, days, turns)


def minutes(first: date, last: date) -> Iterator[datetime]:
    """Every minute of these days, as UTC."""
    now = moment(first, time())
    while now < moment(last + timedelta(days=1), time()):
        yield now
        now += MINUTE


def shown(at: datetime) -> datetime:
    """How far UK clocks have come: in the hour that they show again, they were at its end before."""
    local = at.astimezone(UK)
    if local.fold:
        return local.replace(tzinfo=None, minute=59, second=59)
    return local.replace(tzinfo=None)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 11), (AUTUMN, 13), (PLAIN, 12)], ids=["spring", "autumn", "usual"])
def test_a_night_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    begins, ends = span(day - timedelta(days=1), time(20), time(8))
    assert ends - begins == timedelta(hours=hours)


@how(max_examples=40)
@given(
    day=st.sampled_from([SPRING, AUTUMN, PLAIN]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    starts=st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    ends=st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    every=st.integers(1, 3),
)
def test_every_minute_is_covered_exactly_as_the_wall_clock_says(
    day: date, weekdays: frozenset[int], starts: time, ends: time, every: int
) -> None:
    """For any pattern, around each kind of day, said a second time without a single sum in UTC."""
    one = pattern(weekdays=weekdays, starts=starts, ends=ends, every=every, first_day=day - timedelta(days=2))
    made = list(shifts(one, day - timedelta(days=2), day + timedelta(days=1), "ENG"))
    over_night = timedelta(days=int(ends <= starts))
    walls = [
        (datetime.combine(begin, starts), datetime.combine(begin + over_night, ends))
        for begin in (day + timedelta(days=number) for number in (-2, -1, 0, 1))
        if begin.weekday() in weekdays
    ]
    for at in minutes(day - timedelta(days=1), day + timedelta(days=1)):
        said = sum(begin <= shown(at) < end for begin, end in walls)
        assert sum(shift.starts_at <= at < shift.ends_at for shift in made) == said, at


@how(max_examples=60)
@given(
    day=st.sampled_from([SPRING, AUTUMN, PLAIN]),
    edges=st.lists(st.integers(0, 24 * 60 - 1), min_size=1, max_size=6, unique=True).map(sorted),
)
def test_however_a_day_is_cut_into_shifts_nothing_is_left_and_nothing_is_double(day: date, edges: list[int]) -> None:
    times = [time(edge // 60, edge % 60) for edge in edges]
    cut = [pattern([ONE], starts=begin, ends=end) for begin, end in zip(times, [*times[1:], times[0]], strict=True)]
    made = [one for each in cut for one in shifts(each, day - timedelta(days=2), day + timedelta(days=2), "ENG")]
    begin, end = moment(day - timedelta(days=1), time()), moment(day + timedelta(days=2), time())
    assert problems(made, GROUND, REACH, begin, end) == []
    assert sum((one.ends_at - one.starts_at for one in parts(made, begin, end)), timedelta()) == end - begin


def holders(one: Pattern, first: date, number: int) -> str:
    """Who begins a shift on each of these days: `12.1` is One, Two, nobody, One."""
    made = shifts(one, first, first + timedelta(days=number - 1), "ENG")
    on = {shift.starts_at.astimezone(UK).date(): shift.person_id.int for shift in made}
    return "".join(str(on.get(first + timedelta(days=day), ".")) for day in range(number))


def test_people_take_turns_by_shift_or_by_week_from_the_first_day_on() -> None:
    wednesday = date(2026, 1, 7)
    by_shift = pattern([ONE, TWO], first_day=wednesday)
    assert holders(by_shift, wednesday - timedelta(days=1), 9) == ".12121212"
    by_week = pattern([ONE, TWO, THREE], first_day=wednesday, turns=Turns.WEEK)
    assert holders(by_week, wednesday, 22) == "1" * 7 + "2" * 7 + "3" * 7 + "1"
    weekends = pattern([ONE, TWO], first_day=wednesday, weekdays=frozenset({5, 6}))
    assert holders(weekends, wednesday, 14) == "...12.....12.."


def test_every_other_week_is_every_other_week_and_turns_pass_over_none() -> None:
    monday = date(2026, 1, 5)
    fortnightly = pattern([ONE, TWO], first_day=monday, every=2, turns=Turns.WEEK)
    assert holders(fortnightly, monday, 28) == "1" * 7 + "." * 7 + "2" * 7 + "." * 7


def test_bank_holidays_are_those_of_the_nation_and_another_pattern_has_them() -> None:
    st_andrew = date(2026, 11, 30)
    assert bank_holidays.is_one(st_andrew, "SCT")
    assert not bank_holidays.is_one(st_andrew, "ENG")
    christmas = date(2026, 12, 21)
    ordinary = pattern([ONE, TWO], first_day=christmas, days=Days.ORDINARY)
    assert holders(ordinary, christmas, 9) == "1212..1.1", "25, 26 and 28 December; whose turn it was is passed over"


def test_a_pattern_for_bank_holidays_counts_those_alone() -> None:
    christmas = date(2026, 12, 21)
    off = pattern([ONE, TWO, THREE], first_day=christmas, days=Days.BANK_HOLIDAYS)
    assert holders(off, christmas, 12) == "....12.3...1", "25, 26 and 28 December, and New Year's Day"


def at(hour: int, day: date = PLAIN) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)


def shift(person: UUID, begin: int, end: int, rung: str = "on_call") -> Shift:
    return Shift(rung, person, at(begin), at(end))


def wrong(*held: Shift, ground: Ground = GROUND, reach: dict[UUID, Reach] = REACH) -> list[tuple[str, int, int]]:
    found = problems(held, ground, reach, at(0), at(24))
    hour = timedelta(hours=1)
    return [(one.fault, (one.starts_at - at(0)) // hour, (one.ends_at - at(0)) // hour) for one in found]


def test_gaps_are_found_at_the_edges_and_between() -> None:
    assert wrong(shift(ONE, -3, 24)) == []
    assert wrong() == [(Fault.GAP, 0, 24)]
    assert wrong(shift(ONE, 1, 8), shift(TWO, 9, 23)) == [(Fault.GAP, 0, 1), (Fault.GAP, 8, 9), (Fault.GAP, 23, 24)]


def test_two_people_on_a_rung_are_wrong_unless_the_team_says_so() -> None:
    both = (shift(ONE, 0, 16), shift(TWO, 12, 24))
    assert wrong(*both) == [(Fault.OVERLAP, 12, 16)]
    several = Ground("ENG", (Rung.ON_CALL,), frozenset({Rung.ON_CALL}), swaps_need_approval=True)
    assert wrong(*both, ground=several) == []
    assert wrong(shift(ONE, 0, 16), shift(ONE, 12, 24)) == [], "one person twice is one person"


def test_one_person_on_two_rungs_at_once_is_wrong_unless_the_team_says_so() -> None:
    first = (shift(ONE, 0, 24),)
    second = (shift(ONE, 6, 12, "second_on_call"), shift(TWO, 12, 24, "second_on_call"))
    apart = replace(GROUND, apart=(Rung.ON_CALL, Rung.SECOND_ON_CALL))
    (found,) = problems([*second, *first], apart, REACH, at(0), at(24))
    assert (found.fault, found.rung, found.besides, found.people) == (
        Fault.TWICE,
        "on_call",
        ("second_on_call",),
        (ONE,),
    )
    assert wrong(*first, *second, ground=apart) == [(Fault.TWICE, 6, 12)]
    assert wrong(*first, *second) == [], "this team wants no rungs kept apart"


def test_who_cannot_be_reached_is_told_of_and_not_as_a_gap_besides() -> None:
    held = (shift(ONE, 0, 12), shift(TWO, 12, 24))
    assert wrong(*held, reach=REACH | {TWO: Reach.NO_PHONE}) == [(Fault.NO_PHONE, 12, 24)]
    assert wrong(*held, reach={ONE: Reach.YES}) == [(Fault.LEFT, 12, 24)], "nobody has heard of them"


def test_an_override_takes_the_hours_of_everybody_or_of_one() -> None:
    lead = shift(ONE, 0, 24, "lead")
    held = [shift(ONE, 0, 12), shift(TWO, 0, 24), lead]
    whole = overridden(held, [Override("on_call", THREE, None, at(6), at(18))])
    assert set(whole) == {lead, shift(ONE, 0, 6), shift(TWO, 0, 6), shift(THREE, 6, 18), shift(TWO, 18, 24)}
    one = overridden(held, [Override("on_call", THREE, ONE, at(6), at(18))])
    assert set(one) == {lead, shift(ONE, 0, 6), shift(TWO, 0, 24), shift(THREE, 6, 12)}
    assert overridden([], [Override("on_call", THREE, None, at(1), at(2))]) == [shift(THREE, 1, 2)], "it fills a gap"
    assert overridden([], [Override("on_call", THREE, ONE, at(1), at(2))]) == [], "there is nothing of theirs to take"


def test_a_swap_needs_both_and_a_coordinator_only_where_the_team_says_so() -> None:
    state = SwapState.OFFERED
    assert moved(state, [Part.OFFERED], SwapMove.AGREE, needs_approval=True) is None, "nobody agrees with themselves"
    assert moved(state, [Part.COORDINATOR], SwapMove.APPROVE, needs_approval=True) is None, "not before both agree"
    assert moved(state, [Part.ASKED], SwapMove.AGREE, needs_approval=False) is SwapState.DONE
    assert moved(state, [Part.ASKED], SwapMove.AGREE, needs_approval=True) is SwapState.AGREED
    assert moved(SwapState.AGREED, [Part.COORDINATOR], SwapMove.APPROVE, needs_approval=True) is SwapState.DONE
    assert moves(SwapState.DONE, list(Part)) == []
