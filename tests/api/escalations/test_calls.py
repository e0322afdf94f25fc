"""Calls to staff when things fail: a carrier that takes none, a process that dies, a page answered meanwhile."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from sqlalchemy import select

from api import clock, settings
from api.clients.carrier import Delivery
from api.database import transaction
from api.escalations import jobs, service
from api.escalations.calls import jobs as calls
from api.escalations.calls import service as call_service
from api.escalations.models import TimelineEvent
from api.escalations.rules import Event
from api.paging import service as paging
from api.paging.models import StaffCall, StaffText
from tests.harness import seeds
from tests.harness.line import NURSE_ONE, NURSE_TWO
from tests.harness.stand_in import BUSY, REFUSED, Carrier


async def happened(escalation_id: UUID) -> list[TimelineEvent]:
    async with transaction() as session:
        return list(await service.timeline(session, escalation_id))


async def all_calls() -> list[StaffCall]:
    async with transaction() as session:
        return list((await session.execute(select(StaffCall).order_by(StaffCall.created_at))).scalars())


async def test_a_call_that_a_dead_process_left_is_placed_by_the_sweep_and_once(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    await jobs.climb(escalation_id)
    assert carrier.rung == [], "the wake-up was lost with the process"
    await calls.sweep()
    await calls.sweep()
    (call,) = carrier.rung
    (row,) = await all_calls()
    assert (call.to, row.delivery) == (NURSE_ONE, Delivery.SENT)
    assert call.url.endswith(f"/twilio/calls/{row.id}")
    assert call.status_callback == f"{call.url}/status"


async def test_a_page_that_was_answered_meanwhile_is_not_rung_for(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    await jobs.climb(escalation_id)
    person = await seeds.nurse("Demo Nurse Two")
    async with transaction() as session:
        await service.accept(session, escalation_id, await session.merge(person, load=False), "test")
    await calls.sweep()
    assert carrier.rung == []
    assert [call.delivery for call in await all_calls()] == [Delivery.WITHDRAWN]


async def test_a_call_placed_in_the_same_moment_is_stopped(db: str, carrier: Carrier) -> None:
    """Accepted while the carrier was being asked: the sweep finds that it rings for nothing, and stops it once."""
    escalation_id = await seeds.crisis()
    await jobs.climb(escalation_id)
    await calls.sweep()
    person = await seeds.nurse("Demo Nurse Two")
    async with transaction() as session:
        await service.accept(session, escalation_id, await session.merge(person, load=False), "test")
    for _ in range(2):
        await calls.sweep()
    assert len(carrier.stopped) == 1
    assert [call.delivery for call in await all_calls()] == [Delivery.WITHDRAWN]


async def test_a_carrier_that_refuses_the_call_is_an_alarm_and_the_next_rung_comes_at_once(
    db: str, carrier: Carrier
) -> None:
    escalation_id = await seeds.crisis()
    carrier.no_calls = REFUSED
    await jobs.climb(escalation_id)
    await calls.sweep()
    alarm = (await happened(escalation_id))[-1]
    assert (alarm.kind, alarm.detail) == (Event.PAGE_FAILED, {"nurse": "Demo Nurse One", "by": "call"})
    await jobs.sweep()
    assert carrier.to(NURSE_TWO)
    late = (await all_calls())[0]
    async with transaction() as session:
        await call_service.refused(session, await session.get_one(StaffCall, late.id))
    due = await seeds.escalation(escalation_id)
    assert due.next_page_at is not None
    assert due.next_page_at > clock.now(), "an old failure hurries nobody who has just been asked"


async def test_a_busy_carrier_is_asked_again(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    carrier.no_calls = BUSY
    await jobs.climb(escalation_id)
    await calls.sweep()
    carrier.no_calls = None
    clock.move(timedelta(seconds=2))
    await calls.sweep()
    assert [call.to for call in carrier.rung] == [NURSE_ONE]
    assert Event.PAGE_FAILED not in [event.kind for event in await happened(escalation_id)]


async def test_by_call_alone_nobody_is_texted_and_whoever_does_not_pick_up_is_passed_over(
    db: str, carrier: Carrier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = yaml.safe_load((settings.get().data_dir / "teams/demo.yml").read_text(encoding="utf-8"))
    document["ladders"]["P0"]["by"] = "call"
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/demo.yml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    escalation_id = await seeds.crisis()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(settings.get(), "data_dir", tmp_path)
        by_call = paging.ladder.__wrapped__("demo", "P0")
    monkeypatch.setattr(paging, "ladder", lambda *_: by_call)

    await jobs.climb(escalation_id)
    await calls.sweep()
    assert [call.to for call in carrier.rung] == [NURSE_ONE]
    async with transaction() as session:
        assert (await session.execute(select(StaffText))).first() is None
        call = (await session.execute(select(StaffCall))).scalar_one()
        call.ended = "no-answer"
        await call_service.over(session, call, Delivery.UNDELIVERED)
    await jobs.sweep()
    await calls.sweep()
    assert [call.to for call in carrier.rung] == [NURSE_ONE, NURSE_TWO]
