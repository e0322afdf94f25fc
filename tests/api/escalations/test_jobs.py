"""Climbing the ladder when things fail: dead workers, dead phones, unusable files, and a rota with holes in it."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from api import clock, outbox, settings, worker
from api.clients.carrier import Delivery
from api.conversations.models import Message
from api.database import transaction
from api.errors import BadData
from api.escalations import jobs, service
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import Event, State
from api.paging import service as paging
from api.people.models import Person
from api.rota.models import Duty
from api.rota.rules import Rung
from tests.harness import seeds
from tests.harness.line import CARER, LEAD, NURSE_ONE, NURSE_TWO, OTHER_CARER
from tests.harness.stand_in import BUSY, REFUSED, Carrier, Killed


async def sweep_after(**time: float) -> None:
    clock.move(timedelta(**time))
    for sweep in worker.SWEEPS:
        await sweep()


async def happened(escalation_id: UUID) -> list[str]:
    async with transaction() as session:
        return [event.kind for event in await service.timeline(session, escalation_id)]


async def nobody_on(*rungs: Rung) -> None:
    async with transaction() as session:
        await session.execute(
            update(Duty).where(Duty.rung.in_(rungs)).values(ends_at=clock.now() + timedelta(seconds=1))
        )
    clock.move(timedelta(seconds=2))


async def withdraw_what_is_for_carers() -> None:
    async with transaction() as session:
        await session.execute(update(Message).where(Message.delivery.is_not(None)).values(delivery=Delivery.WITHDRAWN))


async def accepted(escalation_id: UUID, name: str) -> None:
    person = await seeds.nurse(name)
    async with transaction() as session:
        await service.accept(session, escalation_id, await session.merge(person, load=False), "test")


async def test_killed_after_the_step_is_recorded_and_before_the_page_is_handed_over(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    escalation_id = await seeds.crisis()

    async def killed(*pages: Coroutine[Any, Any, bool], **_: object) -> None:
        for page in pages:
            page.close()
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(jobs, "asyncio", SimpleNamespace(gather=killed))
        with pytest.raises(Killed):
            await jobs.climb(escalation_id)
    assert carrier.taken == []

    await sweep_after(seconds=2)
    assert len(carrier.to(NURSE_ONE)) == 1


async def test_killed_while_the_page_is_handed_over(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    carrier.plan = [Killed()]
    await jobs.climb(escalation_id)
    assert carrier.taken == []

    await sweep_after(seconds=outbox.LEASE.total_seconds() + 1)
    assert len(carrier.to(NURSE_ONE)) == 1


async def test_killed_before_anything_is_recorded(db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    escalation_id = await seeds.crisis()

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(jobs, "next_move", killed)
        with pytest.raises(Killed):
            await jobs.climb(escalation_id)
    assert await happened(escalation_id) == [Event.RAISED]

    await sweep_after(seconds=2)
    assert len(carrier.to(NURSE_ONE)) == 1
    assert await happened(escalation_id) == [Event.RAISED, Event.PAGED]


async def test_two_workers_that_wake_at_once_page_once(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    await asyncio.gather(*(jobs.climb(escalation_id) for _ in range(5)))

    assert len(carrier.to(NURSE_ONE)) == 1
    assert (await happened(escalation_id)).count(Event.PAGED) == 1


async def test_a_page_that_fails_for_good_sends_the_ladder_on_at_once(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    carrier.plan = [REFUSED]
    await jobs.climb(escalation_id)
    await sweep_after(seconds=0)

    assert Event.PAGE_FAILED in await happened(escalation_id)
    assert len(carrier.to(NURSE_TWO)) == 1


async def test_a_page_that_fails_for_good_at_a_later_try_does_so_too(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    carrier.plan = [BUSY]
    await jobs.climb(escalation_id)
    await withdraw_what_is_for_carers()  # So that the plan is the page's.
    carrier.plan = [REFUSED]
    await sweep_after(seconds=2)
    await sweep_after(seconds=0)

    assert Event.PAGE_FAILED in await happened(escalation_id)
    assert len(carrier.to(NURSE_TWO)) == 1


async def test_a_fault_in_handing_over_is_no_silence(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    escalation_id = await seeds.crisis()
    carrier.plan = [RuntimeError("a fault in the library")]
    await jobs.climb(escalation_id)
    assert "page_not_handed_over" in capsys.readouterr().err

    await sweep_after(seconds=outbox.LEASE.total_seconds() + 1)
    assert len(carrier.to(NURSE_ONE)) == 1


async def test_a_rung_that_nobody_holds_is_skipped_at_once_with_an_alarm(db: str, carrier: Carrier) -> None:
    await nobody_on(Rung.ON_CALL)
    escalation_id = await seeds.crisis()
    await jobs.climb(escalation_id)

    assert await happened(escalation_id) == [Event.RAISED, Event.RUNG_SKIPPED, Event.PAGED]
    assert len(carrier.to(NURSE_TWO)) == 1


async def test_who_has_no_number_cannot_be_paged_and_is_skipped(db: str, carrier: Carrier) -> None:
    async with transaction() as session:
        await session.execute(update(Person).where(Person.name == "Demo Nurse One").values(phone=None))
    escalation_id = await seeds.crisis()
    await jobs.climb(escalation_id)

    assert await happened(escalation_id) == [Event.RAISED, Event.RUNG_SKIPPED, Event.PAGED]


async def test_an_empty_rota_is_an_alarm_and_the_carer_is_told_once(db: str, carrier: Carrier) -> None:
    await nobody_on(*Rung)
    escalation_id = await seeds.crisis()
    await jobs.climb(escalation_id)
    await sweep_after(seconds=1)

    assert (await seeds.escalation(escalation_id)).state == State.UNREACHED
    assert (await happened(escalation_id)).count(Event.LADDER_USED_UP) == 1
    assert any("tried everyone on call" in words for words in carrier.to(CARER))

    before = len(carrier.to(CARER))
    await sweep_after(minutes=3)
    assert (await happened(escalation_id)).count(Event.LADDER_USED_UP) == 2, "it goes on from the top"
    assert len(carrier.to(CARER)) == before, "the carer is not told again and again"


async def test_whoever_comes_on_duty_later_is_paged_in_the_next_round(db: str, carrier: Carrier) -> None:
    await nobody_on(*Rung)
    escalation_id = await seeds.crisis()
    await jobs.climb(escalation_id)
    async with transaction() as session:
        await session.execute(update(Duty).where(Duty.rung == Rung.LEAD).values(ends_at=None))

    await sweep_after(minutes=3)
    first, second = carrier.to(LEAD)
    assert "LAST RESORT" in first
    assert "STILL WAITING" in second


async def test_an_unusable_ladder_of_one_team_holds_up_no_other_carer(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = await seeds.crisis(CARER), await seeds.crisis(OTHER_CARER)
    async with transaction() as session:
        (await session.get_one(Escalation, broken)).team_code = "no_such_file"
    await sweep_after(seconds=1)

    assert Event.PAGED in await happened(fine)
    assert Event.PAGED not in await happened(broken)
    assert carrier.to(NURSE_ONE)
    await sweep_after(minutes=5)
    assert any("not been able to reach the nurse yet" in words for words in carrier.to(CARER)), "the truth is told"


@pytest.mark.parametrize(
    "fault", ["", "ladders: {}", "ladders: {P0: {}}", "a: [", "ladders: {P0: {steps: {nobody: 0}}}"]
)
def test_a_file_without_a_usable_ladder_is_named(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "teams"
    folder.mkdir()
    (folder / "north.yml").write_text(fault, encoding="utf-8")
    monkeypatch.setattr(settings.get(), "data_dir", folder.parent)
    with pytest.raises(BadData, match=r"north\.yml: no usable ladder for P0"):
        paging.ladder.__wrapped__("north", "P0")


async def test_an_answered_page_is_not_sent_any_more(db: str, carrier: Carrier) -> None:
    """Whether it is still needed is asked again just before sending."""
    escalation_id = await seeds.crisis()
    carrier.plan = [BUSY]
    await jobs.climb(escalation_id)
    await accepted(escalation_id, "Demo Nurse Two")
    await sweep_after(seconds=30)

    assert not any("Reply" in words for words in carrier.to(NURSE_ONE))


async def test_an_accepted_escalation_is_left_alone(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    await accepted(escalation_id, "Demo Nurse One")
    await jobs.climb(escalation_id)
    await jobs.tell_late(escalation_id)
    await sweep_after(minutes=9)

    assert await happened(escalation_id) == [Event.RAISED, Event.ACCEPTED]
    assert carrier.to(NURSE_ONE) == []
    assert carrier.to(NURSE_TWO) == []


async def test_the_carer_is_told_that_it_is_late_and_only_once(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    for _ in range(4):
        await sweep_after(minutes=2)
    assert (await happened(escalation_id)).count(Event.ACCEPT_LATE) == 1
    async with transaction() as session:
        untold = select(TimelineEvent).where(TimelineEvent.tell.is_not(None), TimelineEvent.told_at.is_(None))
        assert (await session.execute(untold)).first() is None
