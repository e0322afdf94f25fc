"""Drills: everybody about to go on call is paged through the real path, and what that proves stands on the board."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update

from api import clock, pages, worker
from api.channels.pager import service as pager
from api.clients.carrier import Delivery
from api.console.board import presenters
from api.console.board import service as board
from api.database import transaction
from api.errors import NotFound
from api.escalations.models import Escalation
from api.paging.drills import jobs
from api.paging.drills import service as drills
from api.paging.drills.rules import DrillTime, Proof, check_times, due, proof
from api.paging.models import StaffText
from api.people import service as people
from api.people.models import Person
from api.rota.models import Duty
from api.rota.rules import Rung
from tests.harness import seeds
from tests.harness.chat import plain
from tests.harness.line import LEAD, NURSE_ONE, NURSE_TWO
from tests.harness.stand_in import Carrier

EVENING = DrillTime(time(19, 30), time(20))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.UK)


@pytest.mark.parametrize(
    ("local", "begun"),
    [(at(26, 19, 29), False), (at(26, 19, 30), True), (at(26, 19, 59), True), (at(26, 20), False)],
    ids=["before", "when it is time", "a little late", "never after the shift has begun"],
)
def test_when_a_drill_is_due(local: datetime, begun: bool) -> None:
    assert [(one.at, one.shift) for one in due([EVENING], local)] == ([(at(26, 19, 30), at(26, 20))] if begun else [])


def test_a_drill_before_midnight_for_a_shift_after_it() -> None:
    (one,) = due([DrillTime(time(23, 45), time(0, 15))], at(27, 0, 5))
    assert (one.at, one.shift) == (at(26, 23, 45), at(27, 0, 15))


@pytest.mark.parametrize(("month", "day", "hour"), [(3, 29, 18), (10, 25, 19)], ids=["forward", "back"])
def test_on_the_day_that_clocks_change_it_is_when_the_wall_clock_says(month: int, day: int, hour: int) -> None:
    moment = datetime(2026, month, day, hour, 30, tzinfo=UTC).astimezone(clock.UK)
    assert len(due([EVENING], moment)) == 1


def test_a_drill_that_leaves_no_time_to_act_is_refused() -> None:
    check_times([EVENING])
    for bad in (DrillTime(time(19, 55), time(20)), DrillTime(time(20), time(20))):
        with pytest.raises(ValueError, match="before its shift"):
            check_times([bad])


def test_what_a_drill_has_proved() -> None:
    asked = at(26, 19, 30)
    minutes = [timedelta(minutes=one) for one in (2, 10, 11)]
    assert proof(asked, asked + minutes[0], asked + minutes[1]) == Proof.ANSWERED
    assert proof(asked, asked + minutes[2], asked + minutes[2]) == Proof.ANSWERED_LATE
    assert proof(asked, None, asked + minutes[0]) == Proof.ASKED
    assert proof(asked, None, asked + minutes[1]) == Proof.SILENT


async def after(**span: float) -> None:
    clock.move(timedelta(**span))
    for sweep in (*worker.SWEEPS, *worker.SELDOM):
        await sweep()


async def says(name: str, words: str) -> None:
    nurse = await seeds.nurse(name)
    async with transaction() as session:
        await pager.take(session, await session.get_one(Person, nurse.id), words)
    await after(seconds=1)


async def shown() -> list[str]:
    async with transaction() as session:
        team = await people.default_team(session)
        words = presenters.board(await board.gather(session, team.id), clock.now())
    part = plain(pages.fragment("console/parts/drill.html", board=words))
    rows = [row.words for row in words.drill.rows] if words.drill else []
    assert [row for row in rows if row not in part] == [], "what is known stands on the board"
    return rows


async def evening() -> None:
    """The clock stands at half past seven in the evening."""
    now = clock.now().astimezone(clock.UK)
    clock.move(datetime.combine(now.date() + timedelta(days=1), time(19, 30), clock.UK) - now)


async def test_a_drill_before_the_shift(db: str, carrier: Carrier) -> None:
    await evening()
    for _ in range(3):
        await after(seconds=30)
    for phone in (NURSE_ONE, NURSE_TWO, LEAD):
        assert ["DRILL" in words for words in carrier.to(phone)] == [True], "each once"

    await says("Demo Nurse One", "1a")
    await says("Demo Lead", "accept")
    assert "DRILL 1: thank you" in carrier.to(NURSE_ONE)[-1]
    await after(minutes=10)
    await after(minutes=10)
    assert ["no answer from Demo Nurse Two" in words for words in carrier.to(LEAD)[2:]] == [True], "the lead, once"
    words = await shown()
    assert any("Demo Nurse One, on call: answered after 1 minute" in one for one in words)
    assert any("Demo Nurse Two, second on call: did NOT answer" in one for one in words)
    async with transaction() as session:
        assert (await session.execute(select(func.count()).select_from(Escalation))).scalar_one() == 0

    await says("Demo Nurse Two", "1a")
    assert any("Demo Nurse Two, second on call: answered late" in one for one in await shown())


async def test_a_drill_never_stands_in_the_way_of_a_call_for_help(db: str, carrier: Carrier) -> None:
    assert await jobs.begin_now("demo") == 3
    escalation_id = await seeds.crisis()
    await after(seconds=1)
    assert ["Reply 2a to accept" in words for words in carrier.to(NURSE_ONE)] == [True, False], "the real one first"

    await says("Demo Nurse One", "accept")
    assert (await seeds.escalation(escalation_id)).accepted_at is not None, "not asked which of the two is meant"
    await says("Demo Nurse One", "1a")
    assert "DRILL 1: thank you" in carrier.to(NURSE_ONE)[-1]


async def test_a_drill_goes_to_whoever_is_on_call_at_the_start_of_the_shift(db: str, carrier: Carrier) -> None:
    await evening()
    async with transaction() as session:
        begins = clock.now() + timedelta(minutes=29)
        await session.execute(update(Duty).where(Duty.rung == Rung.ON_CALL).values(starts_at=begins))
        await session.execute(update(Duty).where(Duty.rung == Rung.LEAD).values(ends_at=begins))
    for _ in range(2):
        await after(seconds=1)
    assert carrier.to(NURSE_ONE)
    assert carrier.to(LEAD) == []


async def test_by_hand_and_again(db: str, carrier: Carrier) -> None:
    for _ in range(2):
        await jobs.begin_now("demo")
        await after(minutes=1)
    assert ["Reply 1a" in words for words in carrier.to(NURSE_ONE)] == [True, True], "one code, never two"
    async with transaction() as session:
        waiting = select(func.count()).select_from(StaffText).where(StaffText.delivery == Delivery.QUEUED)
        assert (await session.execute(waiting)).scalar_one() == 0
        team = await people.default_team(session)
        assert await drills.newest(session, team.id)
    with pytest.raises(NotFound):
        await jobs.begin_now("nowhere")
