"""The table of moves, pair by pair, and when a new danger means a new page."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from api.escalations.rules import (
    ALARMS,
    MOVES,
    NOBODY_HAS_IT,
    OPEN,
    URGENT,
    Event,
    NotAllowed,
    State,
    check_move,
    late_at,
)
from api.escalations.rules import must_page_again as again

W, U, A, C, R = State.WAITING, State.UNREACHED, State.ACCEPTED, State.CONTACTED, State.RESOLVED
ALLOWED = {(W, A), (W, U), (W, R), (U, A), (U, W), (U, R), (A, C), (A, W), (A, R), (C, R), (C, W)}


@pytest.mark.parametrize(("old", "new"), list(product(State, State)), ids=lambda state: str(state))
def test_every_pair_of_states_is_allowed_or_refused(old: State, new: State) -> None:
    if (old, new) in ALLOWED:
        check_move(old, new)
    else:
        with pytest.raises(NotAllowed, match=f"{old} cannot become {new}"):
            check_move(old, new)


def test_a_refusal_names_every_move_that_is_possible() -> None:
    for old in State:
        words = str(NotAllowed(old, old))
        assert all(new in words for new in MOVES[old])
    assert str(NotAllowed(R, W)).endswith("it can become: nothing.")


def test_the_table_has_every_state_and_nothing_follows_the_end() -> None:
    assert set(MOVES) == set(State)
    assert MOVES[R] == frozenset()
    assert set(OPEN) == set(State) - {R}


def test_from_everywhere_an_escalation_can_be_accepted_again_and_closed() -> None:
    """No state but the last is a dead end, and worse news can always bring it back to being paged."""
    for state in OPEN:
        assert R in MOVES[state]
        assert state == W or W in MOVES[state]
    assert set(NOBODY_HAS_IT) == {state for state in State if A in MOVES[state]}


@pytest.mark.parametrize(
    ("state", "old_rank", "new_rank", "pages"),
    [
        (W, 2, 0, True),
        (W, 0, 0, False),
        (W, 0, 2, False),
        (U, 2, 1, True),
        (A, 2, 0, True),
        (A, 1, 1, False),
        (C, 0, 0, True),
        (C, 0, 4, True),
    ],
)
def test_worse_pages_again_and_so_does_news_after_the_nurse_has_spoken(
    state: State, old_rank: int, new_rank: int, pages: bool
) -> None:
    assert again(state, old_rank, new_rank) is pages


def test_the_carer_hears_when_the_time_to_accept_has_passed() -> None:
    raised = datetime(2026, 10, 25, 0, 58, tzinfo=UTC)  # Clocks go back two minutes later: only real minutes count.
    assert late_at(raised, timedelta(minutes=5)) == datetime(2026, 10, 25, 1, 3, tzinfo=UTC)


def test_whatever_went_wrong_is_an_alarm() -> None:
    wrong = {Event.PAGE_FAILED, Event.RUNG_SKIPPED, Event.LADDER_USED_UP, Event.ACCEPT_LATE, Event.WEBHOOK_FAILED}
    assert wrong == ALARMS


def test_no_alarm_and_no_page_waits_hours_for_another_program() -> None:
    assert {Event.WEBHOOK_FAILED} == ALARMS - URGENT, "which is not told to the program that could not be told"
    assert {Event.RAISED, Event.WORSE, Event.PAGED} <= URGENT
