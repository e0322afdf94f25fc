"""Delivering events: claim, commit, post, record. Kill this at any line and the sweep goes on."""

from uuid import UUID

from sqlalchemy import func, select
from standardwebhooks import Webhook

from api import clock, logs, queue, settings
from api.clients import public_web
from api.clients.public_web import Answer, NotSent
from api.database import transaction
from api.webhooks import service
from api.webhooks.models import Delivery
from api.webhooks.rules import AT_ONCE, DeliveryState
from api.webhooks.service import Sending

_log = logs.get(__name__)


@queue.app.task(name="webhooks.deliver", queue=queue.HOOKS)
async def deliver(delivery_id: str) -> None:
    """Wake-up: an event is to be delivered to an endpoint."""
    async with transaction() as session:
        sending = await service.claim(session, UUID(delivery_id))
    if sending is None:
        return
    answer, why = await _try(sending)
    async with transaction() as session:
        state = await service.answered(session, sending.delivery_id, answer, why)
    if state == DeliveryState.FAILED:
        _log.error("webhook_failed", delivery_id=delivery_id, status=answer and answer.status, why=why)


async def _try(sending: Sending) -> tuple[Answer | None, str]:
    """The answer, or none and why there is none."""
    local = settings.get().webhook_local
    try:
        return await public_web.post(sending.url, headers(sending), sending.body, sending.seconds, local), ""
    except NotSent as error:
        return None, str(error)


def headers(sending: Sending) -> dict[str, str]:
    """The headers of one try: the message's id, the time of this try, and a signature with each key that counts."""
    at, message_id = clock.now(), f"msg_{sending.delivery_id.hex}"
    return {
        "Content-Type": "application/json",
        "User-Agent": "Nightlight-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(message_id, at, sending.body) for key in sending.secrets),
    }


async def sweep() -> None:
    """Deliver what is due, woken for or not: of each endpoint a few, so that one with many leaves room for others."""
    place = func.row_number().over(
        partition_by=Delivery.endpoint_id, order_by=(Delivery.urgent.desc(), Delivery.try_at)
    )
    waiting = select(Delivery.id, place.label("place")).where(
        Delivery.state == DeliveryState.WAITING, Delivery.try_at <= clock.now()
    )
    ranked = waiting.subquery()
    async with transaction() as session:
        due = (await session.execute(select(ranked.c.id).where(ranked.c.place <= AT_ONCE))).scalars().all()
    await queue.each(deliver, due)


async def forget() -> None:
    """Each night, deliveries that have been over for as long as data/webhooks.yml has it. A few thousand at a time."""
    async with transaction() as session:
        forgotten = await service.forget(session)
    if forgotten:
        _log.info("webhook_deliveries_forgotten", count=forgotten)
