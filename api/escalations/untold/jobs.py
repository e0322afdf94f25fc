"""When an urgent event did not arrive at another program: an alarm on the board, and a text to the lead."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, queue, replies
from api.database import transaction
from api.escalations import service
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import Event
from api.paging import service as paging
from api.rota import service as rota
from api.rota.rules import Rung
from api.webhooks.models import Delivery
from api.webhooks.rules import may_tell_lead

ACTOR = "job:webhooks"


@queue.app.task(name="escalations.untold", queue=queue.PAGES)
async def untold(delivery_id: str) -> None:
    """Wake-up: an urgent event has failed for good."""
    async with transaction() as session:
        delivery = await _claim(session, UUID(delivery_id))
        if delivery is None:
            return
        escalation = await service.locked(session, UUID(delivery.data["escalation_id"]))
        if not await _is_known(session, escalation, delivery):
            await service.log_event(
                session, escalation, Event.WEBHOOK_FAILED, ACTOR, endpoint=str(delivery.endpoint_id)
            )
        if may_tell_lead(delivery.endpoint.told_at, clock.now()):
            delivery.endpoint.told_at = clock.now()
            await _text_lead(session, escalation)


async def _claim(session: AsyncSession, delivery_id: UUID) -> Delivery | None:
    found = select(Delivery).where(Delivery.id == delivery_id, Delivery.alarm_at.is_not(None))
    delivery = (await session.execute(found.with_for_update(of=Delivery, skip_locked=True))).scalar_one_or_none()
    if delivery is not None:
        delivery.alarm_at = None
        await session.refresh(delivery.endpoint, with_for_update=True)  # Two alarms at once are one text.
    return delivery


async def _is_known(session: AsyncSession, escalation: Escalation, delivery: Delivery) -> bool:
    """Whether the board has this alarm already: one for each escalation and endpoint is enough."""
    found = select(TimelineEvent.seq).where(
        TimelineEvent.escalation_id == escalation.id,
        TimelineEvent.kind == Event.WEBHOOK_FAILED,
        TimelineEvent.detail["endpoint"].astext == str(delivery.endpoint_id),
    )
    return (await session.execute(found)).first() is not None


async def _text_lead(session: AsyncSession, escalation: Escalation) -> None:
    words = replies.say("page_untold", "sms", priority=escalation.priority)
    for person in (await rota.on_call(session, escalation.team_id, clock.now())).get(Rung.LEAD, []):
        if person.phone:
            await paging.write(session, person, words)


async def sweep() -> None:
    """Whatever no wake-up announced."""
    async with transaction() as session:
        found = select(Delivery.id).where(Delivery.alarm_at <= clock.now())
        due = (await session.execute(found)).scalars().all()
    await queue.each(untold, due)
