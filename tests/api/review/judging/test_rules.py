"""What is drawn, who reads it, who must look besides, and what counts as a miss."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from api.review.judging import rules
from api.review.judging.ledger.rules import Group, Read, agreement, by_week, of_all, right_calls
from api.review.judging.rules import Round
from api.review.judging.sampling.rules import Load, Seen, Why, draw, lot, next_reader, why_reviewed
from api.review.judging.sampling.service import wanted
from api.triage import service as triage

IDS = [uuid5(UUID(int=0), str(number)) for number in range(5000)]
NOTHING = Seen(frozenset(), frozenset(), handed_over=False, died=False)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


@dataclass(frozen=True)
class Said:
    """What one reader said."""

    round: str
    should_have_escalated: bool = False
    priority: str | None = None
    since: datetime | None = None
    safeguarding: bool = False
    answer_right: str = "yes"
    answer_kind: str = "yes"
    answer_complete: str = "yes"
    safety_net: str = "given"


NO_FIRST, NO_SECOND = Said(Round.FIRST), Said(Round.SECOND)
YES_FIRST, YES_SECOND = Said(Round.FIRST, True, "P1"), Said(Round.SECOND, True, "P1")


def test_the_draw_is_fair_and_the_same_for_ever() -> None:
    plan = wanted()
    first = [draw(plan, one, 1, NOTHING) for one in IDS]
    assert sum(one.chosen for one in first) / len(IDS) == pytest.approx(plan.share, abs=0.02)
    assert sum(one.second for one in first) / len(IDS) == pytest.approx(plan.second_share, abs=0.02)
    both = sum(one.chosen and one.second for one in first) / len(IDS)
    assert both == pytest.approx(plan.share * plan.second_share, abs=0.01), "one draw must not decide the other"
    assert first == [draw(plan, one, 1, NOTHING) for one in IDS]
    again = sum(draw(plan, one, 2, NOTHING).chosen == drawn.chosen for one, drawn in zip(IDS, first, strict=True))
    assert again / len(IDS) == pytest.approx(0.2**2 + 0.8**2, abs=0.02), "a later stretch has a lot of its own"
    assert lot("nightlight", "first", UUID(int=0), 1) == pytest.approx(0.46003, abs=0.00001), "no version draws anew"


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (replace(NOTHING, priorities=frozenset({"P1S"}), handed_over=True), Why.RED),
        (replace(NOTHING, priorities=frozenset({"P2"}), handed_over=True), Why.HANDED_OVER),
        (replace(NOTHING, priorities=frozenset({"P2"})), Why.SHARE),
    ],
)
def test_all_reds_and_hand_overs_are_read(seen: Seen, why: Why) -> None:
    assert why_reviewed(wanted(), seen) == why
    if why != Why.SHARE:
        assert all(draw(wanted(), one, 1, seen).chosen for one in IDS[:200])


def test_what_is_hard_is_known_by_its_category_or_a_death() -> None:
    plan = wanted()
    assert draw(plan, ONE, 1, replace(NOTHING, categories=frozenset({"suicidal_carer"}))).hard
    assert draw(plan, ONE, 1, replace(NOTHING, died=True)).hard
    assert not draw(plan, ONE, 1, replace(NOTHING, categories=frozenset({"patient_fall"}))).hard


def test_the_file_names_categories_that_there_are() -> None:
    assert wanted().hard <= set(triage.protocol().categories)


def test_hard_ones_are_spread_evenly_and_never_too_many_for_one_person_in_a_day() -> None:
    loads, given = {one: Load(one) for one in (ONE, TWO, THREE)}, Counter[UUID]()
    loads[THREE] = Load(THREE, waiting=9)  # Has much to read, but no more of what is hard than the others.
    for _ in range(20):
        load = next_reader(loads.values(), (), hard=True, hard_a_day=3)
        if load is not None:
            loads[load.person_id] = load.with_one_more(True)
            given[load.person_id] += 1
    assert given == {ONE: 3, TWO: 3, THREE: 3}, "the other eleven wait for tomorrow"


def test_the_rest_goes_to_whoever_has_least_and_never_to_whoever_had_a_part() -> None:
    loads = [Load(ONE, waiting=1), Load(TWO, waiting=4), Load(THREE, waiting=2, hard_today=3)]
    first = next_reader(loads, {ONE}, hard=False, hard_a_day=3)
    assert first is not None
    assert first.person_id == THREE
    assert next_reader(loads, {ONE, TWO}, hard=True, hard_a_day=3) is None


def test_who_must_read_it_next() -> None:
    assert rules.next_round([], drawn=False) == Round.FIRST
    assert rules.next_round([NO_FIRST], drawn=False) is None
    assert rules.next_round([NO_FIRST], drawn=True) == Round.SECOND
    assert rules.next_round([YES_FIRST], drawn=False) == Round.SECOND
    assert rules.next_round([Said(Round.FIRST, safeguarding=True)], drawn=False) == Round.SECOND
    assert rules.next_round([YES_FIRST, YES_SECOND], drawn=False) is None
    assert rules.next_round([NO_FIRST, YES_SECOND], drawn=True) == Round.ADJUDICATION
    assert rules.next_round([YES_FIRST, Said(Round.SECOND, True, "P2")], drawn=True) == Round.ADJUDICATION
    assert rules.next_round([YES_FIRST, NO_SECOND, Said(Round.ADJUDICATION)], drawn=True) is None


def test_until_it_is_settled_the_graver_verdict_stands() -> None:
    graver = Said(Round.SECOND, True, "P0")
    assert rules.standing([NO_FIRST, YES_SECOND]) is YES_SECOND
    assert rules.standing([YES_FIRST, graver]) is graver
    settled = Said(Round.ADJUDICATION)
    assert rules.standing([YES_FIRST, NO_SECOND, settled]) is settled


def test_a_page_that_came_late_or_never_is_a_miss() -> None:
    in_time = timedelta(seconds=60)
    lost = [
        rules.seconds_lost(NOON, pages) for pages in ([], [NOON - timedelta(hours=1)], [NOON + timedelta(minutes=4)])
    ]
    assert lost == [None, 0, 240]
    assert [rules.is_miss(YES_FIRST, seconds, in_time) for seconds in (None, 0, 60, 61)] == [True, False, False, True]
    assert not rules.is_miss(NO_FIRST, None, in_time)


def test_figures_of_weeks_and_of_all_of_them() -> None:
    last = NOON.date()
    before = last - timedelta(weeks=1)
    groups = [Group(last, 1.0, 2), Group(last, 0.2, 10), Group(before, 0.2, 5)]
    read = [
        Read(last, 1.0, should=True, missed=False, red=True),
        Read(last, 1.0, should=False, missed=False, red=True),
        Read(last, 0.2, should=True, missed=True, red=False),
        Read(last, 0.2, should=False, missed=False, red=False),
        Read(before, 0.2, should=False, missed=False, red=False),
    ]
    assert of_all(groups, read).value == pytest.approx(1 / (1 + 5)), (
        "15 were drawn from, 3 read, so 1 miss stands for 5"
    )
    weeks = by_week(groups, read, last)
    assert (len(weeks), weeks[-1].monday, weeks[-1].decided, weeks[-1].read) == (12, last, 12, 4)
    assert weeks[-1].found.value == pytest.approx(1 / (1 + 5))
    assert weeks[-2].found.value is None
    assert right_calls(read)["share"] == 0.5


def test_agreement_is_counted_over_those_whom_two_have_read() -> None:
    found = agreement([[YES_FIRST, YES_SECOND], [NO_FIRST, NO_SECOND], [NO_FIRST], [NO_FIRST, YES_SECOND]])
    assert (found["should_have_escalated"].n, found["should_have_escalated"].agreed) == (3, 2)
    assert found["should_have_escalated"].value == pytest.approx(0.4)
    assert found["answer_right"].value is None, "everybody gave one answer"
