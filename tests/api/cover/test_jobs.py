"""A published rota gets a hole: who hears of it when, what stands on the board, and what is over when it is mended."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from api import clock
from api.cover import jobs, service
from api.database import transaction
from api.paging.models import StaffText
from api.people.models import Person
from api.rota.publishing import service as publishing
from tests.api.rota.conftest import MONDAY, add, at, in_days, pattern, team, uk
from tests.harness.staff import on_record

__all__ = ["team"]


async def texts() -> list[tuple[str, str]]:
    """Who was sent what, oldest first."""
    async with transaction() as session:
        found = (await session.execute(select(StaffText).order_by(StaffText.created_at))).scalars()
        return [(one.person.name, one.words) for one in found]


async def alarms(lead: Person) -> Sequence[str]:
    async with transaction() as session:
        return [one.fault for one in await service.alarms(session, lead.team_id)]


async def look(moment: str) -> None:
    """It is this moment, and the worker looks."""
    at(uk(moment))
    await jobs.sweep()


async def change(person: Person, **fields: object) -> None:
    async with transaction() as session:
        row = await session.get_one(Person, person.id)
        for name, value in fields.items():
            setattr(row, name, value)


async def test_a_hole_is_told_of_a_day_and_two_hours_before_and_goes_when_it_is_mended(
    team: tuple[Person, Person, Person],
) -> None:
    one, two, lead = team
    await add(lead, pattern("on_call", [one, two]), pattern("second_on_call", [two, one]), pattern("lead", [lead]))
    async with transaction() as session:
        await publishing.publish(session, lead, in_days(27))
    await jobs.sweep()
    assert (await texts(), await alarms(lead)) == ([], []), "all is well"

    await change(two, phone=None)
    await look("2026-11-30 13:00")
    assert await alarms(lead) == ["no_phone"] * 2, "she is second now and on call tomorrow"
    now_and_tomorrow = [words for who, words in await texts() if who == lead.name]
    assert len(now_and_tomorrow) == len(await texts()) == 2
    assert any("Demo Nurse Two is on call from 08:00 on Tuesday 1 December" in words for words in now_and_tomorrow)
    for moment in ("2026-11-30 13:00:30", "2026-11-30 14:00", "2026-12-01 05:59"):
        await look(moment)
    assert len(await texts()) == 2, "once is enough"
    await look("2026-12-01 06:00")
    await look("2026-12-01 06:01")
    assert len(await texts()) == 3, "and once more when it is near"

    await change(two, phone="+447700900202")
    await look("2026-12-01 06:30")
    assert await alarms(lead) == []
    assert await on_record("cover_alarm", lead.team_id) == 3


async def test_a_rota_that_ends_soon_is_told_of_until_more_is_published(team: tuple[Person, Person, Person]) -> None:
    one, two, lead = team
    await add(lead, pattern("on_call", [one, two]), pattern("second_on_call", [two, one]), pattern("lead", [lead]))
    async with transaction() as session:
        await publishing.publish(session, lead, in_days(14))
    await jobs.sweep()
    assert await alarms(lead) == []
    clock.move(timedelta(days=1))
    await jobs.sweep()
    assert await alarms(lead) == ["ends_soon"]
    ((who, words),) = await texts()
    assert who == lead.name
    assert "after 00:00 on Tuesday 15 December" in words
    async with transaction() as session:
        await publishing.publish(session, lead, in_days(60))
    clock.move(timedelta(minutes=2))
    await jobs.sweep()
    assert await alarms(lead) == []
    assert clock.now() > MONDAY


async def test_where_no_coordinator_can_be_texted_it_stands_on_the_board_all_the_same(
    team: tuple[Person, Person, Person],
) -> None:
    one, two, lead = team
    await add(lead, pattern("on_call", [one]), pattern("second_on_call", [two]), pattern("lead", [lead]))
    async with transaction() as session:
        await publishing.publish(session, lead, in_days(27))
    await change(lead, active=False)
    await jobs.sweep()
    assert await texts() == []
    assert await alarms(lead) == ["left"], "one hole, though two shifts"
