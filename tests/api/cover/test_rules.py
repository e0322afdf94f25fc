"""Which holes are told of, and how often."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api.cover.rules import ENDS_SOON, Hole, Stage, holes, must_tell, stage
from api.rota.rules import Fault, Problem

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ONE = UUID(int=1)


def hole(begin: int, end: int, person: UUID | None = None, fault: str = Fault.GAP, rung: str = "on_call") -> Hole:
    return Hole(fault, rung, person, NOW + timedelta(hours=begin), NOW + timedelta(hours=end))


@pytest.mark.parametrize(
    ("begins", "told", "expected"),
    [
        (20, None, True),
        (20, Stage.AHEAD, False),
        (3, Stage.AHEAD, False),
        (2, Stage.AHEAD, True),
        (2, Stage.NEAR, False),
        (1, None, True),
        (-1, Stage.AHEAD, True),
        (-1, Stage.NEAR, False),
    ],
)
def test_a_hole_is_told_of_a_day_ahead_and_once_more_two_hours_ahead(
    begins: int, told: Stage | None, expected: bool
) -> None:
    assert must_tell(hole(begins, 24), told, NOW) is expected


def test_what_is_found_late_is_near_and_told_of_once() -> None:
    assert stage(hole(1, 5), NOW) is Stage.NEAR
    assert not must_tell(hole(1, 5), Stage.NEAR, NOW)


def test_a_hole_stays_the_same_while_time_moves_on_within_it() -> None:
    assert hole(0, 8).is_about(hole(3, 8))
    assert hole(0, 8).is_about(hole(8, 10)), "it has only become longer"
    assert not hole(0, 8).is_about(hole(9, 10))
    assert not hole(0, 8).is_about(hole(0, 8, ONE)), "somebody who cannot be paged is another thing than nobody"
    assert not hole(0, 8).is_about(hole(0, 8, rung="lead"))


def test_two_people_at_once_are_no_hole_and_the_end_of_the_rota_is_one() -> None:
    both = Problem(Fault.OVERLAP, "on_call", NOW, NOW + timedelta(hours=1), (ONE,))
    far, soon = NOW + timedelta(days=15), NOW + timedelta(days=14)
    assert holes([both], far, NOW) == []
    assert holes([], soon, NOW) == [Hole(ENDS_SOON, "", None, soon, soon)]
    gone = Problem(Fault.LEFT, "lead", NOW, NOW + timedelta(hours=1), (ONE,))
    assert holes([gone], far, NOW) == [hole(0, 1, ONE, Fault.LEFT, "lead")]
