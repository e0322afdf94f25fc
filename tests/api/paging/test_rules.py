"""Ladders and codes, and how a nurse's reply is read. Pure rules: no database, no clock."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clock import UK
from api.paging.rules import (
    Ask,
    By,
    Holder,
    Ladder,
    Limits,
    Move,
    Step,
    check_ladder,
    check_limits,
    free_code,
    is_burdened,
    next_move,
    night_began,
    ring_by,
)
from api.rota.rules import Rung


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def ladder(*after: int, used_up: int, again: int = 3) -> Ladder:
    steps = tuple(Step(rung, minutes(one)) for rung, one in zip(Rung, after, strict=False))
    return Ladder(steps, minutes(used_up), minutes(again))


THREE = ladder(0, 3, 5, used_up=8)
PEOPLE = {rung: uuid4() for rung in Rung}


def held(*rungs: Rung, burdened: Collection[Rung] = (), asked: Collection[Rung] = ()) -> dict[str, list[Holder]]:
    """One person on each of these rungs."""
    return {rung: [Holder(PEOPLE[rung], rung in burdened, rung in asked)] for rung in rungs}


def asks(*rungs: Rung) -> tuple[Ask, ...]:
    return tuple(Ask(PEOPLE[rung], rung) for rung in rungs)


ALL = held(*Rung)


@pytest.mark.parametrize("urgent", [True, False])
@pytest.mark.parametrize(
    ("step", "rungs", "expected"),
    [
        (0, ALL, Move(asks(Rung.ON_CALL), (), (), 1, minutes(3))),
        (1, held(*Rung, asked=[Rung.ON_CALL]), Move(asks(Rung.SECOND_ON_CALL), (), (), 2, minutes(2))),
        (2, held(*Rung, asked=Rung), Move(asks(Rung.LEAD), (), (), 3, minutes(3))),
        (3, held(*Rung, asked=Rung), Move((), (), (), 0, minutes(3), used_up=True)),
        (
            0,
            held(Rung.LEAD),
            Move(asks(Rung.LEAD), (Rung.ON_CALL, Rung.SECOND_ON_CALL), (), 3, minutes(3)),
        ),
        (0, {}, Move((), tuple(Rung), (), 0, minutes(3), used_up=True)),
        (3, held(Rung.ON_CALL), Move(asks(Rung.ON_CALL), (), (), 0, minutes(3), used_up=True)),
    ],
    ids=["first", "second", "third", "end", "only the lead", "nobody at all", "came on duty too late for their turn"],
)
def test_what_comes_next(step: int, rungs: dict[str, list[Holder]], expected: Move, urgent: bool) -> None:
    assert next_move(THREE, step, rungs, urgent) == expected


def test_who_carries_enough_is_spared_until_the_last_rung() -> None:
    first = next_move(THREE, 0, held(*Rung, burdened=[Rung.ON_CALL]), urgent=False)
    assert (first.asks, first.spared) == (asks(Rung.SECOND_ON_CALL), asks(Rung.ON_CALL))
    last = next_move(THREE, 2, held(*Rung, asked=[Rung.SECOND_ON_CALL]), urgent=False)
    assert set(last.asks) == set(asks(Rung.LEAD, Rung.ON_CALL)), "spared, and never dropped"


def test_the_next_person_on_the_same_rung_is_tried_first() -> None:
    tired, rested = Holder(uuid4(), burdened=True), Holder(uuid4())
    move = next_move(THREE, 0, {Rung.ON_CALL: [tired, rested], **held(Rung.LEAD)}, urgent=False)
    assert move.asks == (Ask(rested.person_id, Rung.ON_CALL),)
    assert move.spared == (Ask(tired.person_id, Rung.ON_CALL),)


def test_where_it_is_urgent_nobody_is_spared_and_the_next_rung_is_asked_too() -> None:
    move = next_move(THREE, 0, held(*Rung, burdened=[Rung.ON_CALL, Rung.SECOND_ON_CALL]), urgent=True)
    assert (move.asks, move.spared) == (asks(Rung.ON_CALL, Rung.LEAD), ())


@pytest.mark.parametrize("urgent", [True, False])
def test_where_everybody_carries_enough_the_order_is_as_ever(urgent: bool) -> None:
    move = next_move(THREE, 0, held(*Rung, burdened=Rung), urgent)
    assert (move.asks, move.spared, move.next_step) == (asks(Rung.ON_CALL), (), 1)


ladders = st.lists(st.integers(1, 120), min_size=2, max_size=4).map(
    lambda gaps: ladder(0, *(sum(gaps[:n]) for n in range(1, len(gaps))), used_up=sum(gaps))
)
duties = st.dictionaries(st.sampled_from(list(Rung)), st.lists(st.booleans(), min_size=1, max_size=3), max_size=3)


@given(ladders, duties, st.booleans())
def test_every_run_up_the_ladder_ends_in_time_and_nobody_is_dropped(
    steep: Ladder, rota: dict[Rung, list[bool]], urgent: bool
) -> None:
    """Whoever carries enough or not: each person is asked, and the end comes no later than the ladder says."""
    check_ladder(steep)
    on_duty = {rung: [(uuid4(), burdened) for burdened in burdens] for rung, burdens in rota.items()}
    asked, step, waited, ended = set[UUID](), 0, timedelta(), False
    for _ in range(len(steep.steps) + 1):
        rungs: dict[str, list[Holder]] = {
            rung: [Holder(who, tired, who in asked) for who, tired in on_duty[rung]] for rung in on_duty
        }
        move = next_move(steep, step, rungs, urgent)
        asked |= {ask.person_id for ask in move.asks}
        assert set(move.skipped).isdisjoint(on_duty), "nobody is skipped who can be reached"
        assert not (urgent and move.spared)
        ended = move.used_up
        if ended:
            assert (move.next_step, move.wait) == (0, steep.again_after), "it starts again from the top"
            break
        assert move.asks, "no step waits for nobody"
        assert move.next_step > step
        assert move.wait > timedelta(), "the next rung is not asked in the same breath"
        step, waited = move.next_step, waited + move.wait
    assert ended
    assert asked == {who for people in on_duty.values() for who, _ in people}
    assert waited <= steep.used_up_after, "skipping and sparing never make anybody wait longer"


@given(ladders)
def test_with_everybody_on_duty_each_is_asked_when_the_ladder_says(steep: Ladder) -> None:
    elapsed, step = timedelta(), 0
    for expected in steep.steps:
        assert elapsed == expected.after
        move = next_move(steep, step, ALL, urgent=True)
        assert {ask.rung for ask in move.asks} == {expected.rung}
        elapsed, step = elapsed + move.wait, move.next_step
    assert elapsed == steep.used_up_after


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Ladder((), minutes(8), minutes(3)), "at once"),
        (ladder(1, 3, used_up=8), "at once"),
        (ladder(0, 3, 3, used_up=8), "after the one before"),
        (ladder(0, 5, 3, used_up=8), "after the one before"),
        (ladder(0, 3, 5, used_up=5), "after the one before"),
        (ladder(0, 3, used_up=8, again=0), "again"),
    ],
)
def test_a_ladder_that_would_leave_somebody_waiting_is_refused(bad: Ladder, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_ladder(bad)


NIGHT = Limits(open_at_once=2, wake_ups=3, night_from=time(23), night_until=time(7))


@pytest.mark.parametrize(
    ("local", "began"),
    [
        ("2026-11-26 22:59", None),
        ("2026-11-26 23:00", "2026-11-26 23:00"),
        ("2026-11-27 06:59", "2026-11-26 23:00"),
        ("2026-11-27 07:00", None),
        ("2026-03-29 02:30", "2026-03-28 23:00"),  # Clocks went forward at 01:00.
        ("2026-10-25 01:30", "2026-10-24 23:00"),  # The hour that comes twice.
    ],
)
def test_when_the_night_began(local: str, began: str | None) -> None:
    found = night_began(NIGHT, datetime.fromisoformat(local).replace(tzinfo=UK))
    assert found == (datetime.fromisoformat(began).replace(tzinfo=UK) if began else None)


def test_a_night_that_lies_within_one_day() -> None:
    early = Limits(2, 3, time(1), time(5))
    assert night_began(early, datetime(2026, 11, 26, 3, tzinfo=UK)) == datetime(2026, 11, 26, 1, tzinfo=UK)
    assert night_began(early, datetime(2026, 11, 26, 23, tzinfo=UK)) is None


@pytest.mark.parametrize(("accepted", "woken", "burdened"), [(1, 2, False), (2, 0, True), (0, 3, True)])
def test_who_carries_enough(accepted: int, woken: int, burdened: bool) -> None:
    assert is_burdened(NIGHT, accepted, woken) is burdened


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (replace(NIGHT, wake_ups=0), "1 or more"),
        (replace(NIGHT, open_at_once=0), "1 or more"),
        (replace(NIGHT, night_until=time(23)), "different times"),
    ],
)
def test_limits_that_make_no_sense_are_refused(bad: Limits, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_limits(bad)


@pytest.mark.parametrize(("taken", "free"), [(set(), 1), ({1}, 2), ({2}, 1), ({1, 2, 4}, 3), ({1, 2, 3}, 4)])
def test_the_lowest_free_code(taken: set[int], free: int) -> None:
    assert free_code(taken) == free


@given(st.frozensets(st.integers(1, 50)))
def test_a_code_is_never_given_twice_and_is_no_longer_than_it_must_be(taken: frozenset[int]) -> None:
    code = free_code(taken)
    assert code not in taken
    assert 1 <= code <= len(taken) + 1


@pytest.mark.parametrize(
    ("wanted", "priority", "expected"),
    [
        (None, "P0", By.BOTH),
        (None, "P1S", By.TEXT),
        (None, "P2", By.TEXT),
        ("text", "P0", By.TEXT),
        ("call", "P2", By.CALL),
        ({Rung.LEAD: "call"}, "P0", By.BOTH),
        ({Rung.ON_CALL: "call"}, "P2", By.CALL),
        ({Rung.LEAD: "both"}, "P1", By.TEXT),
    ],
)
def test_how_the_first_rung_is_rung(wanted: str | dict[str, str] | None, priority: str, expected: By) -> None:
    assert ring_by(wanted, Rung.ON_CALL, priority) == expected


def test_a_way_that_there_is_not_makes_a_ladder_unusable() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        ring_by({Rung.ON_CALL: "pigeon"}, Rung.ON_CALL, "P0")


def test_each_way_texts_rings_or_does_both() -> None:
    assert {by: (by.texts, by.rings) for by in By} == {
        By.TEXT: (True, False),
        By.CALL: (False, True),
        By.BOTH: (True, True),
    }
