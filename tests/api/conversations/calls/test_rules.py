"""Who may have the carer rung by our line: a table, and what it says to the others. Pure rules."""

from itertools import product

import pytest

from api.conversations.calls.rules import may_be_called, refusal
from api.escalations.rules import State


@pytest.mark.parametrize(("state", "theirs"), list(product(State, (True, False))))
def test_only_whoever_has_it_in_hand(state: State, theirs: bool) -> None:
    allowed = theirs and state in (State.ACCEPTED, State.CONTACTED)
    assert may_be_called(state, theirs) == allowed
    refused = refusal(state, theirs, has_number=True, has_phone=True, may_be_watched=False, confirmed=False)
    assert (refused is None) == allowed
    if refused is not None:
        assert refused.reason == ("closed" if state == State.RESOLVED else "not_yours")


@pytest.mark.parametrize(
    ("number", "phone", "watched", "confirmed", "reason"),
    [
        (True, True, False, False, None),
        (False, True, False, True, "no_number"),
        (True, False, False, True, "no_phone"),
        (True, True, True, False, "may_be_watched"),
        (True, True, True, True, None),
        (False, False, True, True, "no_number"),
    ],
)
def test_why_the_carer_is_not_rung(
    number: bool, phone: bool, watched: bool, confirmed: bool, reason: str | None
) -> None:
    refused = refusal(State.ACCEPTED, True, number, phone, watched, confirmed)
    assert (refused.reason if refused else None) == reason
    assert refused is None or refused.words.endswith(".")
