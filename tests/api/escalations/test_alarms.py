"""Alarms that nobody has seen: those of the calls that the board shows, and how many calls have others."""

from uuid import UUID

from sqlalchemy import select

from api import clock
from api.database import transaction
from api.escalations import alarms
from api.escalations.alarms import Unseen
from api.escalations.models import TimelineEvent
from api.escalations.rules import Event
from api.people.models import Person
from tests.harness.line import CARER, OTHER_CARER
from tests.harness.seeds import crisis, nurse
from tests.harness.staff import another_team_s_nurse


async def went_wrong(escalation_id: UUID, kind: Event) -> int:
    """Something went wrong with a call's page. Returns the line of its timeline."""
    async with transaction() as session:
        line = TimelineEvent(escalation_id=escalation_id, at=clock.now(), kind=kind, actor="test", detail={})
        session.add(line)
        await session.flush()
        return line.seq


async def unseen(team_id: UUID) -> Unseen:
    async with transaction() as session:
        return await alarms.unseen(session, team_id, calls=2)


async def test_the_newest_calls_come_first_and_the_next_moves_up_once_one_is_seen(db: str) -> None:
    person = await nurse("Demo Nurse One")
    first, second, third = [await crisis(address) for address in (CARER, OTHER_CARER, "+447700900003")]
    for call in (first, second, third):
        await went_wrong(call, Event.PAGE_FAILED)
    newest = await went_wrong(first, Event.ACCEPT_LATE)

    found = await unseen(person.team_id)
    calls = [(event.escalation_id, event.kind) for event, _, _ in found.alarms]
    assert calls == [(first, Event.ACCEPT_LATE), (first, Event.PAGE_FAILED), (third, Event.PAGE_FAILED)]
    assert [priority for _, priority, _ in found.alarms] == ["P0"] * 3
    assert found.more == 1

    async with transaction() as session:
        assert await alarms.acknowledge(session, first, person, up_to=newest) == 2
    found = await unseen(person.team_id)
    assert [event.escalation_id for event, _, _ in found.alarms] == [third, second]
    assert found.more == 0


async def test_another_team_s_alarms_are_not_ours(db: str) -> None:
    await went_wrong(await crisis(), Event.PAGE_FAILED)
    email = await another_team_s_nurse()
    async with transaction() as session:
        other = (await session.execute(select(Person).where(Person.email == email))).scalar_one()
    assert await unseen(other.team_id) == Unseen([], 0)
