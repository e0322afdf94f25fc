"""Handed on to a colleague who does not answer: it never becomes nobody's, both hear it, and others are asked."""

from datetime import timedelta

import pytest

from api import clock, worker
from api.channels.pager import service as pager
from api.console.alarms.presenters import alarm
from api.database import transaction
from api.errors import BadData
from api.escalations import alarms, desk, service
from api.escalations.models import Escalation
from api.escalations.rules import Event, State
from api.paging import teams
from api.people.models import Person
from tests.harness import seeds
from tests.harness.line import LEAD, NURSE_ONE, NURSE_TWO
from tests.harness.stand_in import Carrier


async def after(**time: float) -> None:
    clock.move(timedelta(**time))
    for sweep in worker.SWEEPS:
        await sweep()


async def says(name: str, words: str) -> None:
    nurse = await seeds.nurse(name)
    async with transaction() as session:
        await pager.take(session, await session.get_one(Person, nurse.id), words)
    await after(seconds=1)


async def handed_on() -> Escalation:
    """The first nurse has it, and has asked the lead to take it over."""
    escalation_id = await seeds.crisis()
    await after(seconds=1)
    await says("Demo Nurse One", "1a")
    one, lead = await seeds.nurse("Demo Nurse One"), await seeds.nurse("Demo Lead")
    async with transaction() as session:
        people = [await session.get_one(Person, person.id) for person in (one, lead)]
        await desk.hand_on(session, escalation_id, *people)
    await after(seconds=1)
    return await seeds.escalation(escalation_id)


async def test_not_taken_in_time_it_stays_both_hear_it_and_the_ladder_is_climbed(db: str, carrier: Carrier) -> None:
    before = await handed_on()
    assert "hands a carer on to you" in carrier.to(LEAD)[-1]
    await after(minutes=1)
    assert (await seeds.escalation(before.id)).state == State.ACCEPTED

    await after(minutes=1)
    now = await seeds.escalation(before.id)
    assert (now.accepted_by_id, now.handed_to_id, now.hand_by) == (before.accepted_by_id, None, None)
    assert now.state == State.WAITING, "and paging goes on"
    assert any("did NOT take 1 in time. It is still yours" in words for words in carrier.to(NURSE_ONE))
    assert any("you did not answer for 1 in time" in words for words in carrier.to(LEAD))
    assert "NOT TAKEN in time" in carrier.to(NURSE_TWO)[-1], "wider at once: whoever has it is not asked alone"
    async with transaction() as session:
        words = [alarm(event) for event, _, _ in (await alarms.unseen(session, now.team_id, calls=2)).alarms]
    assert "Demo Lead was asked to take over and did NOT answer in time." in words

    await says("Demo Nurse One", "1c")
    after_all = await seeds.escalation(before.id)
    assert (after_all.state, after_all.next_page_at) == (State.CONTACTED, None), (
        "they may still say that they have spoken"
    )


@pytest.mark.parametrize("answer", ["1a", "1d"], ids=["taken", "declined"])
async def test_answered_in_time_there_is_no_alarm(db: str, carrier: Carrier, answer: str) -> None:
    before = await handed_on()
    await says("Demo Lead", answer)
    await after(minutes=3)
    now = await seeds.escalation(before.id)
    assert now.hand_by is None
    assert now.state == State.ACCEPTED
    async with transaction() as session:
        kinds = [event.kind for event in await service.timeline(session, before.id)]
    assert Event.HAND_ON_LATE not in kinds


async def test_a_carer_who_was_spoken_with_is_not_told_that_somebody_is_late(db: str, carrier: Carrier) -> None:
    before = await handed_on()
    await says("Demo Nurse One", "1c")
    await after(minutes=3)
    await after(minutes=4)
    assert (await seeds.escalation(before.id)).state == State.WAITING
    async with transaction() as session:
        happened = await service.timeline(session, before.id)
    late = next(place for place, event in enumerate(happened) if event.kind == Event.HAND_ON_LATE)
    assert [event.tell for event in happened[late:] if event.tell] == []


def test_a_time_that_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert teams.hand_on_within("demo", "P0") == timedelta(minutes=2)
    monkeypatch.setattr(teams, "read", lambda _: {"hand_on": {"P0": 0}})
    for priority in ("P0", "P1"):
        with pytest.raises(BadData, match="hand_on"):
            teams.hand_on_within.__wrapped__("demo", priority)
