"""Drills: everybody about to go on call is paged through the real path, and what that proves stands on the board."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from api import clock, pages, worker
from api.channels.calls import service as spoken
from api.channels.pager import service as pager
from api.clients.carrier import Delivery
from api.console import service as console
from api.console.board import presenters
from api.console.board import service as board
from api.database import transaction
from api.errors import NotFound
from api.escalations.models import Escalation
from api.paging import service as paging
from api.paging.drills import jobs
from api.paging.drills import service as drills
from api.paging.drills.rules import DrillTime, Proof, check_times, due, proof
from api.paging.models import StaffText
from api.paging.rules import By, together
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
        gathered, now = await board.gather(session, team.id), clock.now()
        words = presenters.board(gathered, console.news_of(gathered.calls, now), now)
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
    assert any("Demo Nurse One, on call: answered by text after 1 minute" in one for one in words)
    assert any("Demo Nurse Two, second on call: did NOT answer" in one for one in words)
    async with transaction() as session:
        assert (await session.execute(select(func.count()).select_from(Escalation))).scalar_one() == 0

    await says("Demo Nurse Two", "1a")
    assert any("Demo Nurse Two, second on call: answered late by text" in one for one in await shown())


async def test_a_drill_rings_as_a_call_for_help_may_and_a_key_proves_it(db: str, carrier: Carrier) -> None:
    await evening()
    await after(seconds=1)
    await after(seconds=1)
    assert {call.to for call in carrier.rung} == {NURSE_ONE, NURSE_TWO, LEAD}
    calls = {call.to: UUID(call.url.rpartition("/")[2]) for call in carrier.rung}

    async def keys(phone: str, turn: int, digits: str) -> str:
        form = {"CallSid": f"CA{phone}", "Digits": digits}
        async with transaction() as session:
            if turn == 0:
                return await spoken.answered(session, calls[phone], form)
            return await spoken.pressed(session, calls[phone], turn, form)

    said = await keys(NURSE_ONE, 0, "")
    assert "This is a drill, not a call for help. It is for the shift at 20:00. Press 1" in said
    assert "This was a drill, and it is noted" in await keys(NURSE_ONE, 1, "1")
    machine = [await keys(LEAD, turn, "") for turn in range(4)]
    assert "no key was pressed, so it is not noted" in machine[-1]
    await says("Demo Nurse Two", "1a")
    assert len(carrier.stopped) == 1, "whoever has answered by text is rung no more"
    async with transaction() as session:
        await spoken.take_report(session, calls[LEAD], {"CallSid": f"CA{LEAD}", "CallStatus": "completed"})
    words = await shown()
    assert any("Demo Nurse One, on call: answered by a key in a call after" in one for one in words), words
    assert any("Demo Nurse Two, second on call: answered by text" in one for one in words)
    assert any(
        "not answered yet (text: sent, not yet confirmed, call: picked up, but no key was" in one for one in words
    )


def test_a_drill_goes_every_way_in_which_a_call_for_help_may() -> None:
    ways = [By.TEXT, By.CALL, By.BOTH]
    assert [together([one, By.TEXT]) for one in ways] == [By.TEXT, By.BOTH, By.BOTH]
    assert together([By.CALL, By.CALL]) == By.CALL
    assert paging.drill_by("demo", Rung.LEAD) == By.BOTH, "because a life threat rings"


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
