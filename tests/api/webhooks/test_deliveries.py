"""Events on their way to another program: what they hold, when they are tried again, and who hears if none helps."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from api import clock
from api.audit.models import AuditEntry
from api.database import transaction
from api.escalations.models import TimelineEvent
from api.escalations.rules import Event
from api.webhooks import jobs, service
from api.webhooks.models import Delivery
from tests.api.webhooks.conftest import URL, Program, Receiving
from tests.harness import seeds
from tests.harness.line import CARER, LEAD, Line
from tests.harness.seeds import CRISIS


async def endpoint(owner: httpx.AsyncClient, *events: str, url: str = URL) -> dict[str, Any]:
    answer = await owner.post("/v1/webhooks/endpoints", json={"url": url, "events": list(events)})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def deliveries(owner: httpx.AsyncClient, **wanted: str) -> list[dict[str, Any]]:
    answer = await owner.get("/v1/webhooks/deliveries", params=wanted)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def alarms() -> int:
    async with transaction() as session:
        found = select(TimelineEvent).where(TimelineEvent.kind == Event.WEBHOOK_FAILED)
        return len((await session.execute(found)).scalars().all())


@pytest.mark.real_time
async def test_a_receiver_takes_each_event_once_and_nothing_that_is_forged(
    line: Line, owner: httpx.AsyncClient, receiving: Receiving
) -> None:
    made = await endpoint(owner, "escalation.*", "task.*", "conversation.*", url=receiving.url)
    receiving.answers = receiving.module.Receiver(made["secret"], receiving.events.append)

    await line.text(CARER, CRISIS)

    kinds = [event["type"] for event in receiving.events]
    assert {"conversation.opened", "escalation.raised", "escalation.paged"} <= set(kinds)
    assert all(one["state"] == "delivered" for one in await deliveries(owner))
    everything = json.dumps(receiving.events)
    for private in (CRISIS, "breathing", CARER, CARER[3:], "Nurse"):
        assert private not in everything

    body, message_id = json.dumps(receiving.events[0]), "msg_1"
    right = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(clock.now().timestamp())),
        "webhook-signature": Webhook(made["secret"]).sign(message_id, clock.now(), body),
    }
    forged = [
        ({}, body),
        (right | {"webhook-id": "msg_2"}, body),
        (right | {"webhook-timestamp": "1700000000"}, body),
        (right, body + " "),
    ]
    before = len(receiving.events)
    for headers, sent in forged:
        assert receiving.answers.receive(headers, sent.encode()) == 400
    assert [receiving.answers.receive(right, body.encode()) for _ in range(3)] == [204, 204, 204]
    assert len(receiving.events) == before + 1, "a repeat is no second event"


async def test_what_people_are_paged_by_is_tried_for_a_minute_and_then_people_hear_of_it(
    line: Line, owner: httpx.AsyncClient, program: Program
) -> None:
    await endpoint(owner, "escalation.raised")
    program.plan = [0, 500, 302, 503, 429, 0, 404]
    await line.text(CARER, CRISIS)
    assert len(program.posted) == 1
    for wait in (1, 2, 4, 8, 15, 30):
        await line.later(seconds=wait)

    assert len(program.posted) == 7
    assert len(set(program.ids())) == 1, "one message, one id"
    assert len({headers["webhook-timestamp"] for _, headers, _ in program.posted}) > 1
    (failed,) = await deliveries(owner, state="failed")
    assert (failed["tries"], failed["status"], failed["why"]) == (7, 404, "status 404")
    assert await alarms() == 1
    told = [words for words in line.phone(LEAD) if "another system could NOT be told" in words]
    assert len(told) == 1
    assert len(told[0]) <= 160

    again = await owner.post(f"/v1/webhooks/deliveries/{failed['id']}/replay")
    assert again.status_code == 202
    await line.settle()
    assert len(set(program.ids())) == 1
    (now,) = await deliveries(owner)
    assert now["state"] == "delivered"
    assert (await owner.post(f"/v1/webhooks/deliveries/{failed['id']}/replay")).status_code == 409
    assert await alarms() == 1


async def test_what_can_wait_is_tried_for_days_and_alarms_nobody(
    line: Line, owner: httpx.AsyncClient, program: Program
) -> None:
    conversation_id = await seeds.carer_writes("hello")
    await line.settle()
    await endpoint(owner, "task.added")
    program.plan = [503] * 10
    await owner.post(
        "/v1/tasks",
        json={"conversation_id": str(conversation_id), "kind": "call_back", "reason": "ring"},
        headers={"Idempotency-Key": "a-key-of-a-test"},
    )
    await line.settle()
    for wait in (5, 300, 1800, *(3600 * hours for hours in (2, 5, 10, 14, 20, 24))):
        clock.move(timedelta(seconds=wait))
        await jobs.sweep()
    (failed,) = await deliveries(owner)
    assert (failed["state"], failed["tries"], len(program.posted)) == ("failed", 10, 10)
    assert await alarms() == 0
    answer = await owner.post(f"/v1/webhooks/endpoints/{failed['endpoint_id']}/replay")
    assert (answer.status_code, answer.json()) == (202, {"replayed": 1})
    await line.settle()
    assert [one["state"] for one in await deliveries(owner)] == ["delivered"]


async def test_an_ordinary_event_waits_for_as_long_as_the_other_side_asks(
    line: Line, owner: httpx.AsyncClient, program: Program
) -> None:
    made = await endpoint(owner, "task.*")
    program.plan, program.retry_after = [429], "3600"
    await owner.post(f"/v1/webhooks/endpoints/{made['id']}/test")
    await line.settle()
    await line.jump(minutes=59)
    assert len(program.posted) == 1
    await line.jump(minutes=2)
    assert len(program.posted) == 2
    assert [one["state"] for one in await deliveries(owner)] == ["delivered"]


async def test_what_is_over_is_forgotten_at_night_and_counted_and_what_is_not_stays(
    line: Line, owner: httpx.AsyncClient, program: Program
) -> None:
    made = await endpoint(owner, "task.*")
    program.plan = [204, 204, 410]  # The last one fails for good; a day later the first two are old.
    for _ in range(3):
        await owner.post(f"/v1/webhooks/endpoints/{made['id']}/test")
        await line.settle()
    assert sorted(one["state"] for one in await deliveries(owner)) == ["delivered", "delivered", "failed"]
    async with transaction() as session:
        session.add(Delivery(endpoint_id=UUID(made["id"]), kind="x", at=clock.now(), data={}, urgent=False))

    async def left_after(days: int) -> list[str]:
        clock.move(timedelta(days=days))
        await jobs.forget()
        await jobs.forget()  # Another worker, or a minute later: nothing is counted twice.
        return sorted(one["state"] for one in await deliveries(owner))

    assert await left_after(29) == ["delivered", "delivered", "failed", "waiting"]
    assert await left_after(2) == ["failed", "waiting"]
    assert await left_after(60) == ["waiting"]
    async with transaction() as session:
        found = select(AuditEntry.detail).where(AuditEntry.action == "forgotten").order_by(AuditEntry.seq)
        assert [row["count"] for row in (await session.execute(found)).scalars()] == [2, 1]


async def test_gone_is_the_end_until_somebody_switches_it_on_again(
    line: Line, owner: httpx.AsyncClient, program: Program
) -> None:
    made = await endpoint(owner, "escalation.raised")
    path = f"/v1/webhooks/endpoints/{made['id']}"
    program.plan = [410]
    await line.text(CARER, CRISIS)
    found = (await owner.get(path)).json()
    assert found["disabled_because"] == "it answered 410 Gone"
    assert await alarms() == 1, "somebody may have paged by it"
    await seeds.crisis("+447700900077")
    await line.settle()
    assert len(program.posted) == 1, "nothing more is even tried"

    assert (await owner.post(f"{path}/test")).status_code == 409
    assert (await owner.patch(path, json={"enabled": True})).json()["disabled_at"] is None
    assert (await owner.post(f"{path}/test")).status_code == 202
    await line.settle()
    assert json.loads(program.posted[-1][2])["type"] == "webhook.test"


async def test_a_process_that_dies_between_claim_and_answer_loses_nothing(
    line: Line, owner: httpx.AsyncClient, program: Program
) -> None:
    made = await endpoint(owner, "escalation.raised")
    (delivery_id,) = await _waiting_after(await owner.post(f"/v1/webhooks/endpoints/{made['id']}/test"))
    async with transaction() as session:
        assert await service.claim(session, delivery_id) is not None
    async with transaction() as session:
        assert await service.claim(session, delivery_id) is None, "somebody has it"
    clock.move(timedelta(seconds=21))
    await jobs.sweep()
    assert (await deliveries(owner))[0]["state"] == "delivered"


async def _waiting_after(answer: httpx.Response) -> list[UUID]:
    assert answer.status_code == 202
    async with transaction() as session:
        return list((await session.execute(select(Delivery.id).where(Delivery.state == "waiting"))).scalars())


async def test_a_slow_program_holds_up_no_other(line: Line, owner: httpx.AsyncClient, program: Program) -> None:
    slow = await endpoint(owner, "task.*")
    for _ in range(6):
        await owner.post(f"/v1/webhooks/endpoints/{slow['id']}/test")
    async with transaction() as session:
        waiting = list((await session.execute(select(Delivery.id))).scalars())
        claimed = [one for one in waiting if await service.claim(session, one) is not None]
    assert len(claimed) == 4


@pytest.mark.parametrize("after", [timedelta(hours=1), timedelta(hours=25)], ids=["the same day", "a day later"])
async def test_a_secret_is_changed_without_a_gap(
    line: Line, owner: httpx.AsyncClient, program: Program, after: timedelta
) -> None:
    made = await endpoint(owner, "task.*")
    path = f"/v1/webhooks/endpoints/{made['id']}"
    changed = (await owner.post(f"{path}/secret")).json()
    assert changed["secret"] != made["secret"]
    clock.move(after)
    await owner.post(f"{path}/test")
    await line.settle()
    _, headers, body = program.posted[-1]
    signatures = headers["webhook-signature"].split(" ")
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    expected = [Webhook(secret).sign(headers["webhook-id"], at, body) for secret in (changed["secret"], made["secret"])]
    assert signatures == (expected if after < timedelta(hours=24) else expected[:1])
