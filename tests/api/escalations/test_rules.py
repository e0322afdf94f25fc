"""The table of moves, pair by pair, and when a new danger means a new page."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from api.escalations import rules
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
    contact_by,
    is_urgent,
    late_at,
)
from api.escalations.rules import must_page_again as again
from api.triage.rules import Priority, Target

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


def at(minute: int) -> datetime:
    return datetime(2026, 11, 26, 2, minute, tzinfo=UTC)


@pytest.mark.parametrize(("accepted", "by"), [(1, 10), (5, 10), (9, 14)], ids=["at once", "in time", "late"])
def test_who_accepts_late_still_gets_what_the_protocol_leaves_to_ring(accepted: int, by: int) -> None:
    target = Target(timedelta(minutes=5), timedelta(minutes=10))
    assert contact_by(at(0), at(accepted), target) == at(by)


def test_nobody_is_spared_for_red() -> None:
    assert [one for one in Priority if is_urgent(one)] == [Priority.P0, Priority.P1S, Priority.P1]


def test_whatever_went_wrong_is_an_alarm() -> None:
    wrong = {Event.PAGE_FAILED, Event.PAGE_TOO_LATE, Event.RUNG_SKIPPED, Event.LADDER_USED_UP, Event.ACCEPT_LATE}
    assert wrong | {Event.CONTACT_LATE, Event.HAND_ON_LATE, Event.WEBHOOK_FAILED} == ALARMS


def test_no_alarm_and_no_page_waits_hours_for_another_program() -> None:
    assert {Event.WEBHOOK_FAILED} == ALARMS - URGENT, "which is not told to the program that could not be told"
    assert {Event.RAISED, Event.WORSE, Event.PAGED} <= URGENT


@pytest.mark.parametrize("step", list(rules.Step))
@pytest.mark.parametrize("state", list(State))
def test_a_step_of_the_desk_is_allowed_by_the_table_or_refused_with_a_reason(step: rules.Step, state: State) -> None:
    reason = rules.check_step(step, state)
    assert (reason is None) == (state in rules.STEPS[step])
    assert reason is None or reason.endswith(".")


def test_what_a_carer_hears_on_closing_fits_how_it_ended() -> None:
    net = rules.SafetyNet("pain", "it is worse", "111", by_text=True)
    spoken = rules.SafetyNet("pain", "it is worse", "111")
    said = [
        rules.words_on_closing(outcome, given)
        for outcome in (rules.Outcome.ADVICE, rules.Outcome.DIED, rules.Outcome.STOOD_DOWN)
        for given in (None, spoken, net)
    ]
    assert said == [
        "closed_by_nurse",
        "closed_by_nurse",
        "closed_with_net",
        *["closed_after_death"] * 3,
        *["stood_down"] * 3,
    ]
