"""From a draft to the rota that paging goes by: what blocks it, what it replaces, and what changes it afterwards."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from api import clock
from api.database import transaction
from api.errors import Conflict, Invalid, NotFound
from api.people.models import Person
from api.rota import service as rota
from api.rota.changes import service as changes
from api.rota.changes.rules import Override, SwapMove, SwapState
from api.rota.models import RotaPattern
from api.rota.patterns import service as patterns
from api.rota.patterns.rules import Days
from api.rota.publishing import service as publishing
from api.rota.rules import Fault
from tests.api.rota.conftest import MONDAY, add, at, in_days, pattern, uk
from tests.harness.staff import on_record

type Team = tuple[Person, Person, Person]


async def on(rung: str, moment: datetime, team: Team) -> str:
    """Who holds a rung: `one`, `two`, `lead`, several of them, or nobody."""
    names = dict(zip([person.id for person in team], ("one", "two", "lead"), strict=True))
    async with transaction() as session:
        found = await rota.on_call(session, team[0].team_id, moment)
    return " ".join(names[person.id] for person in found.get(rung, []))


async def faults(lead: Person) -> list[tuple[str, str]]:
    async with transaction() as session:
        made = await publishing.draft(session, lead.team, clock.now(), publishing.end_of(in_days(7)))
    return [(one.fault, one.rung) for one in made.problems]


async def publish(team: Team, days: int = 28) -> None:
    async with transaction() as session:
        await publishing.publish(session, team[2], in_days(days))


async def draw_up(team: Team) -> None:
    """Nights and days alternate on call; the other one is second; the lead leads. From noon on, so all is covered."""
    one, two, lead = team
    await add(
        lead,
        pattern("on_call", [one, two], "08:00", "20:00"),
        pattern("on_call", [one, two], "20:00", "08:00"),
        pattern("second_on_call", [two, one], "08:00", "20:00"),
        pattern("second_on_call", [two, one], "20:00", "08:00"),
        pattern("lead", [lead]),
    )


async def test_gaps_overlaps_and_who_cannot_be_paged_block_publishing_and_all_is_listed(team: Team) -> None:
    one, two, lead = team
    assert await faults(lead) == [(Fault.GAP, rung) for rung in ("lead", "on_call", "second_on_call")]
    await draw_up(team)
    assert await faults(lead) == []
    await add(lead, pattern("on_call", [two, one], "18:00", "20:00"))
    assert set(await faults(lead)) == {(Fault.OVERLAP, "on_call"), (Fault.TWICE, "on_call")}
    with pytest.raises(Conflict, match="not published"):
        await publish(team)
    async with transaction() as session:
        found = await patterns.of_team(session, lead.team_id)
        (twice,) = [row for row in found if f"{row.starts:%H}" == "18"]
        await patterns.remove(session, lead, twice.id)
        (await session.get_one(Person, two.id)).phone = None
        (await session.get_one(Person, one.id)).active = False
    assert {fault for fault, _ in await faults(lead)} == {Fault.NO_PHONE, Fault.LEFT}
    assert await on("on_call", MONDAY + timedelta(hours=1), team) == "", "nothing of all this is published"


async def test_what_is_published_is_what_paging_goes_by_and_later_drafts_are_not(team: Team) -> None:
    one, _, lead = team
    await draw_up(team)
    await publish(team)
    assert await on("on_call", uk("2026-11-30 12:30"), team) == "one"
    assert await on("on_call", uk("2026-12-01 09:00"), team) == "two"
    assert await on("lead", uk("2026-12-28 07:59"), team) == "lead"
    assert await on("lead", uk("2026-12-29 00:00"), team) == "", "that is where it ends"
    async with transaction() as session:
        for row in await patterns.of_team(session, lead.team_id):
            await patterns.remove(session, lead, row.id)
    await add(lead, pattern("on_call", [one]))
    assert await on("on_call", uk("2026-12-01 09:00"), team) == "two", "a draft is a draft"
    assert await on_record("rota_published", lead.team_id) == 1


async def test_publishing_again_leaves_the_past_and_cuts_no_shift_that_goes_on(team: Team) -> None:
    await draw_up(team)
    await publish(team)
    at(uk("2026-12-02 13:00"))
    await publish(team, 35)
    async with transaction() as session:
        found = await rota.duties(session, team[0].team_id, uk("2026-12-02 12:00"), uk("2026-12-02 14:00"))
        before = await rota.duties(session, team[0].team_id, uk("2026-11-30 13:00"), uk("2026-11-30 14:00"))
    assert [one.starts_at for one in found if one.rung == "on_call"] == [uk("2026-12-02 08:00")], "one shift, not two"
    assert len(found) == len(before) == 3


async def test_a_bank_holiday_has_a_pattern_of_its_own(team: Team) -> None:
    one, two, lead = team
    usual, holiday = pattern("on_call", [one], days=Days.ORDINARY), pattern("on_call", [two], days=Days.BANK_HOLIDAYS)
    await add(lead, usual, holiday, pattern("second_on_call", [lead]), pattern("lead", [lead]))
    await publish(team)
    nights = {"2026-12-24": "one", "2026-12-25": "two", "2026-12-26": "two", "2026-12-27": "one"}
    for day, who in nights.items():
        assert await on("on_call", uk(f"{day} 09:00"), team) == who, day


async def test_somebody_else_takes_hours_at_once_and_still_does_after_publishing_again(team: Team) -> None:
    one, _, lead = team
    await draw_up(team)
    await publish(team)
    ill = Override("on_call", lead.id, None, uk("2026-12-01 10:00"), uk("2026-12-01 14:00"))
    async with transaction() as session:
        row = await changes.override(session, lead, ill, "Nurse Two is ill")
    for _ in range(2):
        hours = [await on("on_call", uk(f"2026-12-01 {hour}:59"), team) for hour in ("09", "10", "13", "14")]
        assert hours == ["two", "lead", "lead", "two"]
        await publish(team)
    assert await on_record("rota_overridden", row.id) == 1

    async with transaction() as session:
        (await session.get_one(Person, one.id)).phone = None
    wrong = Override("on_call", one.id, None, uk("2026-12-02 10:00"), uk("2026-12-02 14:00"))
    backwards = Override("on_call", lead.id, None, uk("2026-12-02 10:00"), uk("2026-12-02 09:00"))
    for wanted, error in ((wrong, Conflict), (backwards, Invalid)):
        with pytest.raises(error):
            async with transaction() as session:
                await changes.override(session, lead, wanted, "")


async def shift_of(person: Person, moment: datetime, rung: str = "on_call") -> UUID:
    async with transaction() as session:
        (found,) = [
            duty
            for duty in await rota.duties(session, person.team_id, moment, moment + timedelta(minutes=1))
            if duty.rung == rung and duty.person_id == person.id
        ]
        return found.id


async def answer(person: Person, swap_id: UUID, wanted: SwapMove) -> SwapState:
    async with transaction() as session:
        return SwapState((await changes.move(session, person, swap_id, wanted)).state)


async def test_two_agree_on_a_swap_a_coordinator_approves_and_both_shifts_change_hands(team: Team) -> None:
    one, two, lead = team
    await draw_up(team)
    await publish(team)
    tuesday, wednesday = uk("2026-12-01 09:00"), uk("2026-12-02 09:00")
    mine, theirs = await shift_of(two, tuesday), await shift_of(one, wednesday)
    async with transaction() as session:
        swap = await changes.offer(session, two, mine, one.id, theirs)
    with pytest.raises(Conflict):
        await answer(two, swap.id, SwapMove.AGREE)
    with pytest.raises(Conflict):
        await answer(lead, swap.id, SwapMove.APPROVE)
    assert await answer(one, swap.id, SwapMove.AGREE) is SwapState.AGREED
    assert await on("on_call", tuesday, team) == "two", "not before it is approved"
    assert await answer(lead, swap.id, SwapMove.APPROVE) is SwapState.DONE
    assert [await on("on_call", moment, team) for moment in (tuesday, wednesday)] == ["one", "two"]
    assert await on("second_on_call", tuesday, team) == "one", "only what was offered has changed hands"
    with pytest.raises(Conflict):
        await answer(lead, swap.id, SwapMove.APPROVE)


async def test_a_swap_of_what_has_meanwhile_become_somebody_elses_is_refused(team: Team) -> None:
    one, two, lead = team
    await draw_up(team)
    await publish(team)
    tuesday = uk("2026-12-01 09:00")
    mine = await shift_of(two, tuesday)
    async with transaction() as session:
        swap = await changes.offer(session, two, mine, one.id)
        given = Override("on_call", lead.id, two.id, tuesday, uk("2026-12-01 10:00"))
        await changes.override(session, lead, given, "")
    with pytest.raises(Conflict, match="has changed"):
        await answer(one, swap.id, SwapMove.AGREE)
    assert await answer(two, swap.id, SwapMove.WITHDRAW) is SwapState.WITHDRAWN
    at(uk("2026-12-01 12:00"))
    with pytest.raises((Conflict, NotFound)):
        async with transaction() as session:
            await changes.offer(session, two, mine, one.id)


async def test_a_pattern_is_changed_in_place_and_only_of_ones_own_team(team: Team) -> None:
    one, two, lead = team
    await add(lead, pattern("on_call", [one, two]))
    async with transaction() as session:
        (row,) = await patterns.of_team(session, lead.team_id)
        await patterns.save(session, lead, pattern("on_call", [two, one, two]), row.id)
    async with transaction() as session:
        kept = await session.get_one(RotaPattern, row.id)
        assert [turn.person_id for turn in kept.people] == [two.id, one.id, two.id]
        with pytest.raises(NotFound):
            await patterns.one(session, row.id, row.id)
    with pytest.raises(Invalid, match="your own team"):
        await add(lead, pattern("on_call", []))
