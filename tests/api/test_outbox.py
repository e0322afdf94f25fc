"""Nothing that goes out is lost: leases, retries, reports that only move forwards. At worst twice, never not at all."""

import asyncio
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import select

from api import clock, outbox, worker
from api.channels import jobs as channels
from api.clients import twilio
from api.clients.carrier import CarrierError, Delivery, Text, from_twilio, moves_forwards
from api.conversations import service as conversations
from api.conversations.models import Message
from api.database import transaction
from api.escalations.models import Task
from api.paging import jobs as paging_jobs
from api.paging import service as paging
from api.paging.models import StaffText
from tests.harness import seeds
from tests.harness.stand_in import BUSY, NO_ANSWER, REFUSED, Carrier, Killed


async def a_staff_text() -> UUID:
    person = await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        merged = await session.merge(person, load=False)
        return (await paging.write(session, merged, "Nothing more to do.")).id


async def row(text_id: UUID) -> StaffText:
    async with transaction() as session:
        return await session.get_one(StaffText, text_id)


async def sweep_after(seconds: float) -> None:
    clock.move(timedelta(seconds=seconds))
    for sweep in worker.SWEEPS:
        await sweep()


async def test_a_text_is_handed_over_once_however_many_workers_wake_up(db: str, carrier: Carrier) -> None:
    text_id = await a_staff_text()
    await asyncio.gather(*(paging_jobs.deliver(text_id) for _ in range(8)))

    assert len(carrier.taken) == 1
    sent = await row(text_id)
    assert (sent.delivery, sent.tries, sent.try_at) == (Delivery.SENT, 1, None)
    assert sent.carrier_sid
    assert sent.sent_at


async def test_a_worker_that_dies_between_claim_and_send_leaves_a_text_that_the_sweep_sends(
    db: str, carrier: Carrier
) -> None:
    text_id = await a_staff_text()
    carrier.plan = [Killed()]
    with pytest.raises(Killed):
        await paging_jobs.deliver(text_id)

    await sweep_after(outbox.LEASE.total_seconds() - 5)
    assert carrier.taken == [], "while its lease runs, the dead worker might still be at it"
    await sweep_after(6)
    assert len(carrier.taken) == 1
    assert (await row(text_id)).delivery == Delivery.SENT


async def test_a_carers_text_outlives_its_worker_too(db: str, carrier: Carrier) -> None:
    conversation_id = await seeds.carer_writes("HELP")
    async with transaction() as session:
        (reply,) = [one for one in await conversations.thread(session, conversation_id) if one.author == "nightlight"]
    carrier.plan = [Killed()]
    with pytest.raises(Killed):
        await channels.deliver(str(reply.id))

    await sweep_after(outbox.LEASE.total_seconds() + 1)
    assert [text.body for text in carrier.taken] == [reply.body]


async def three_texts_to_a_carer() -> list[UUID]:
    conversation_id = await seeds.carer_writes("HELP")
    async with transaction() as session:
        conversation = await conversations.locked(session, conversation_id)
        for words in ("Watch for a fast pulse.", "The computer is back."):
            await conversations.say(session, conversation, words, "test")
        return [one.id for one in await conversations.thread(session, conversation_id) if one.author == "nightlight"]


async def test_what_is_said_to_a_carer_keeps_its_order_however_many_workers_carry_it(db: str, carrier: Carrier) -> None:
    help_text, watch, back = await three_texts_to_a_carer()
    await channels.deliver(str(back))
    await channels.deliver(str(watch))
    assert carrier.taken == [], "what was said before them has not gone"

    await asyncio.gather(*(channels.deliver(str(one)) for one in (back, help_text, watch)))
    assert [text.body for text in carrier.taken][1:] == ["Watch for a fast pulse.", "The computer is back."]


async def test_a_text_that_cannot_go_now_holds_up_none_that_was_said_after_it(db: str, carrier: Carrier) -> None:
    carrier.plan = [BUSY]
    await channels.deliver(str((await three_texts_to_a_carer())[0]))
    assert [text.body for text in carrier.taken] == ["Watch for a fast pulse.", "The computer is back."]


async def test_a_worker_that_dies_holds_up_what_was_said_next_for_seconds_only(db: str, carrier: Carrier) -> None:
    help_text, watch, _ = await three_texts_to_a_carer()
    carrier.plan = [Killed()]
    with pytest.raises(Killed):
        await channels.deliver(str(help_text))
    await channels.deliver(str(watch))
    assert carrier.taken == []

    clock.move(channels.IN_ORDER_WITHIN + timedelta(seconds=1))
    await channels.deliver(str(watch))
    assert carrier.taken[0].body == "Watch for a fast pulse."


async def test_what_may_pass_is_tried_again_and_each_time_later(db: str, carrier: Carrier) -> None:
    text_id = await a_staff_text()
    carrier.plan = [BUSY, NO_ANSWER, BUSY, NO_ANSWER, BUSY]
    await paging_jobs.deliver(text_id)

    for wait in outbox.RETRY_AFTER:
        await sweep_after(wait.total_seconds() - 0.5)
        assert carrier.taken == [], "not before its time"
        await sweep_after(0.6)
    assert len(carrier.taken) == 1
    assert (await row(text_id)).tries == len(outbox.RETRY_AFTER) + 1


async def test_in_the_end_it_gives_up_and_says_so(db: str, carrier: Carrier) -> None:
    text_id = await a_staff_text()
    carrier.plan = [BUSY] * 20
    await paging_jobs.deliver(text_id)
    for wait in outbox.RETRY_AFTER:
        await sweep_after(wait.total_seconds() + 0.1)

    assert (await row(text_id)).delivery == Delivery.FAILED
    await sweep_after(3600)
    assert len(carrier.plan) == 20 - 1 - len(outbox.RETRY_AFTER), "nobody tries again"


async def test_what_cannot_pass_is_not_tried_again(db: str, carrier: Carrier) -> None:
    text_id = await a_staff_text()
    carrier.plan = [REFUSED]
    assert await paging_jobs.deliver(text_id) == paging_jobs.Fate.FAILED

    await sweep_after(3600)
    failed = await row(text_id)
    assert (failed.delivery, failed.error_code, failed.try_at) == (Delivery.FAILED, 21211, None)
    assert carrier.taken == []


async def test_a_report_that_overtakes_our_own_note_stays(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The carrier delivers while its answer to us is lost: the text is not sent again, and never marked as failed."""
    text_id = await a_staff_text()

    async def delivered_but_unanswered(text: Text) -> str:
        async with transaction() as session:
            await outbox.report(session, StaffText, text_id, "SMreported", Delivery.DELIVERED, None)
        carrier.taken.append(text)
        raise NO_ANSWER

    monkeypatch.setattr(twilio, "send_text", delivered_but_unanswered)
    await paging_jobs.deliver(text_id)
    await sweep_after(3600)

    assert len(carrier.taken) == 1
    assert (await row(text_id)).delivery == Delivery.DELIVERED


PATHS = list(product(Delivery, Delivery))
FINAL = {Delivery.DELIVERED, Delivery.UNDELIVERED, Delivery.FAILED, Delivery.WITHDRAWN}


@pytest.mark.parametrize(("old", "new"), PATHS)
def test_a_report_moves_forwards_or_not_at_all(old: Delivery, new: Delivery) -> None:
    order = [Delivery.QUEUED, Delivery.SENDING, Delivery.SENT]
    if old in FINAL:
        assert not moves_forwards(old, new), "the first final word stays"
    else:
        assert moves_forwards(old, new) is (new in FINAL or order.index(new) > order.index(old))


async def test_the_database_holds_to_the_same_order(db: str) -> None:
    for old, new in PATHS:
        text_id = await a_staff_text()
        async with transaction() as session:
            (await session.get_one(StaffText, text_id)).delivery = old
        async with transaction() as session:
            changed = await outbox.report(session, StaffText, text_id, f"SM{text_id}", new, 30003)

        assert bool(changed) is moves_forwards(old, new), (old, new)
        after = await row(text_id)
        assert after.delivery == (new if changed else old)
        assert after.error_code == (30003 if changed else None)


def test_every_word_of_twilios_has_one_of_ours() -> None:
    """https://www.twilio.com/docs/messaging/api/message-resource#message-status-values"""
    outbound = ["accepted", "scheduled", "queued", "sending", "sent"]
    outbound += ["delivered", "read", "undelivered", "failed", "canceled"]
    assert all(from_twilio(word) in Delivery for word in outbound)
    assert from_twilio("receiving") is None
    assert from_twilio("DELIVERED") is None
    assert from_twilio("") is None


@pytest.mark.parametrize(
    ("status", "retried"),
    [(None, True), (429, True), (500, True), (503, True), (408, True), (400, False), (401, False), (404, False)],
)
def test_which_refusals_may_pass(status: int | None, retried: bool) -> None:
    assert CarrierError(status, None).worth_retrying is retried


async def test_a_carers_safety_text_that_is_refused_for_good_becomes_a_call(db: str, carrier: Carrier) -> None:
    await seeds.crisis()
    carrier.plan = [REFUSED]
    async with transaction() as session:
        (message_id,) = (await session.execute(select(Message.id).where(Message.author == "nightlight"))).scalars()
    await channels.deliver(str(message_id))

    async with transaction() as session:
        task = (await session.execute(select(Task))).scalar_one()
    assert (task.kind, task.priority) == ("call_back", "P0")
