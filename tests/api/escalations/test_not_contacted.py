"""Somebody accepted, and the carer is still waiting: paged again and wider, and whoever took it is told."""

from datetime import timedelta

import pytest

from api import clock, worker
from api.channels.pager import service as pager
from api.database import transaction
from api.escalations import service
from api.escalations.rules import Event, State
from api.people.models import Person
from tests.harness import seeds
from tests.harness.line import CARER, LEAD, NURSE_ONE, NURSE_TWO
from tests.harness.stand_in import Carrier


async def after(**time: float) -> None:
    clock.move(timedelta(**time))
    for sweep in worker.SWEEPS:
        await sweep()


async def says(name: str, words: str) -> None:
    """A nurse texts the staff number, and hears what was done."""
    nurse = await seeds.nurse(name)
    async with transaction() as session:
        await pager.take(session, await session.get_one(Person, nurse.id), words)
    await after(seconds=1)


async def test_accepted_and_silent_so_others_are_asked_and_it_is_told(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    await after(seconds=1)
    await says("Demo Nurse One", "1a")
    await after(minutes=9, seconds=50)
    assert carrier.to(NURSE_TWO) == []

    await after(seconds=10)
    assert any("not noted that you have spoken" in words for words in carrier.to(NURSE_ONE))
    assert any("STILL WAITING for a call" in words for words in carrier.to(NURSE_ONE)), (
        "whoever took it is asked as well"
    )
    assert "STILL WAITING for a call" in carrier.to(NURSE_TWO)[-1], "and wider: not one after the other"
    async with transaction() as session:
        late = [one for one in await service.timeline(session, escalation_id) if one.kind == Event.CONTACT_LATE]
    assert [one.detail["nurse"] for one in late] == ["Demo Nurse One"]

    await says("Demo Nurse Two", "1a")
    assert (await seeds.escalation(escalation_id)).accepted_by.name == "Demo Nurse Two"  # type: ignore[union-attr]
    assert "1 was taken by Demo Nurse Two" in carrier.to(NURSE_ONE)[-1]
    assert any("Demo Nurse Two from the on-call team has your message" in words for words in carrier.to(CARER))
    assert carrier.to(LEAD) == []


async def test_whoever_took_it_may_still_say_that_they_have_spoken(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    await after(seconds=1)
    await says("Demo Nurse One", "1a")
    await after(minutes=11)
    await says("Demo Nurse One", "1c")

    now = await seeds.escalation(escalation_id)
    assert (now.state, now.next_page_at, now.contact_by) == (State.CONTACTED, None, None)
    assert "1 was taken by Demo Nurse One" in carrier.to(NURSE_TWO)[-1]
    before = len(carrier.taken)
    await after(hours=1)
    assert len(carrier.taken) == before, "nobody is paged any more"


async def test_a_slip_of_the_key_never_says_that_a_carer_was_rung(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    await after(seconds=1)
    await says("Demo Nurse One", "1c")

    assert (await seeds.escalation(escalation_id)).state == State.WAITING
    assert "nothing was changed" in carrier.to(NURSE_ONE)[-1]


@pytest.mark.parametrize(("priority", "minutes"), [("P1", 30), ("P2", 120)])
async def test_how_long_they_have_is_the_protocol_s(db: str, carrier: Carrier, priority: str, minutes: int) -> None:
    escalation_id = await seeds.crisis()
    async with transaction() as session:
        (await service.locked(session, escalation_id)).priority = priority
    nurse = await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        one = await service.accept(session, escalation_id, await session.get_one(Person, nurse.id), "test")
        assert one.contact_by == one.asked_at + timedelta(minutes=minutes)
