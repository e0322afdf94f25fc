"""Ladders and codes, and how a nurse's reply is read. Pure rules: no database, no clock."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.paging.rules import Answer, Ladder, Move, Step, check_ladder, free_code, next_move, read_reply
from api.rota.rules import Rung


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def ladder(*after: int, used_up: int, again: int = 3) -> Ladder:
    steps = tuple(Step(rung, minutes(one)) for rung, one in zip(Rung, after, strict=False))
    return Ladder(steps, minutes(used_up), minutes(again))


THREE = ladder(0, 3, 5, used_up=8)
ALL = frozenset(Rung)


@pytest.mark.parametrize(
    ("step", "reachable", "expected"),
    [
        (0, ALL, Move(Rung.ON_CALL, (), 1, minutes(3))),
        (1, ALL, Move(Rung.SECOND_ON_CALL, (), 2, minutes(2))),
        (2, ALL, Move(Rung.LEAD, (), 3, minutes(3))),
        (3, ALL, Move(None, (), 0, minutes(3))),
        (0, {Rung.LEAD}, Move(Rung.LEAD, (Rung.ON_CALL, Rung.SECOND_ON_CALL), 3, minutes(3))),
        (1, {Rung.ON_CALL, Rung.LEAD}, Move(Rung.LEAD, (Rung.SECOND_ON_CALL,), 3, minutes(3))),
        (2, {Rung.ON_CALL}, Move(None, (Rung.LEAD,), 0, minutes(3))),
        (0, set(), Move(None, tuple(Rung), 0, minutes(3))),
    ],
    ids=["first", "second", "third", "end", "only the lead", "nobody second", "no lead", "nobody at all"],
)
def test_what_comes_next(step: int, reachable: frozenset[str], expected: Move) -> None:
    assert next_move(THREE, step, reachable) == expected


ladders = st.lists(st.integers(1, 120), min_size=2, max_size=4).map(
    lambda gaps: ladder(0, *(sum(gaps[:n]) for n in range(1, len(gaps))), used_up=sum(gaps))
)


@given(ladders, st.lists(st.frozensets(st.sampled_from(list(Rung))), min_size=4, max_size=4))
def test_every_run_up_the_ladder_ends_and_loses_no_rung(steep: Ladder, rota: list[frozenset[Rung]]) -> None:
    """Whoever comes on duty or goes off between steps: each rung is asked or skipped once, then the end is reached."""
    check_ladder(steep)
    step, waited, seen = 0, timedelta(), list[str]()
    for reachable in rota:
        move = next_move(steep, step, reachable)
        seen += [*move.skipped, *([move.rung] if move.rung else [])]
        if move.rung is None:
            assert (move.next_step, move.wait) == (0, steep.again_after), "it starts again from the top"
            break
        assert move.rung in reachable, "nobody is paged who cannot be reached"
        assert set(move.skipped).isdisjoint(reachable), "nobody is skipped who can be reached"
        assert move.next_step > step
        assert move.wait > timedelta(), "the next rung is not asked in the same breath"
        step, waited = move.next_step, waited + move.wait
    assert move.rung is None
    assert seen == [one.rung for one in steep.steps]
    assert waited <= steep.used_up_after, "skipping never makes anybody wait longer"


@given(ladders)
def test_with_everybody_on_duty_each_is_asked_when_the_ladder_says(steep: Ladder) -> None:
    elapsed, step = timedelta(), 0
    for expected in steep.steps:
        assert elapsed == expected.after
        move = next_move(steep, step, ALL)
        assert move.rung == expected.rung
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


@pytest.mark.parametrize(("taken", "free"), [(set(), 1), ({1}, 2), ({2}, 1), ({1, 2, 4}, 3), ({1, 2, 3}, 4)])
def test_the_lowest_free_code(taken: set[int], free: int) -> None:
    assert free_code(taken) == free


@given(st.frozensets(st.integers(1, 50)))
def test_a_code_is_never_given_twice_and_is_no_longer_than_it_must_be(taken: frozenset[int]) -> None:
    code = free_code(taken)
    assert code not in taken
    assert 1 <= code <= len(taken) + 1


ACCEPT, DECLINE, CONTACTED = Answer.ACCEPT, Answer.DECLINE, Answer.CONTACTED


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1a", (ACCEPT, 1)),
        ("1A", (ACCEPT, 1)),
        ("a1", (ACCEPT, 1)),
        ("1 a", (ACCEPT, 1)),
        (" 12 accept ", (ACCEPT, 12)),
        ("Accept 12", (ACCEPT, 12)),
        ("accept", (ACCEPT, None)),
        ("Accepted.", (ACCEPT, None)),
        ("YES", (ACCEPT, None)),
        ("yes!", (ACCEPT, None)),
        ("2d", (DECLINE, 2)),
        ("decline", (DECLINE, None)),
        ("No", (DECLINE, None)),
        ("1c", (CONTACTED, 1)),
        ("c", (CONTACTED, None)),
        ("3 spoken", (CONTACTED, 3)),
        ("done", (CONTACTED, None)),
        ("1y", (Answer.RIGHT, 1)),
        ("2 N", (Answer.NOT_RIGHT, 2)),
        ("\n1a\r\n", (ACCEPT, 1)),
    ],
)
def test_a_reply_is_read_however_it_is_written(text: str, read: tuple[Answer, int | None]) -> None:
    assert read_reply(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "?",
        "á",
        "1x",
        "not a",
        "1a 2a",
        "1 2 a",
        "a 1 d",
        "1234a",
        "accept decline",
        "ok on my way",
        "who is this",
    ],
)
def test_what_may_mean_something_else_is_never_taken_for_an_answer(text: str) -> None:
    assert read_reply(text) is None


@given(st.text(max_size=400))
def test_any_text_at_all_is_read_without_a_fault(text: str) -> None:
    answer = read_reply(text)
    assert answer is None or answer[0] in Answer
