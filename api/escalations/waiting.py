"""A carer who does not feel safe waiting: one step more urgent, and paged again. A part of the service of its own."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.escalations import rules, service
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import Event
from api.triage.rules import Priority

NOT_AGAIN_FOR = timedelta(minutes=10)  # Said twice in a moment, it is one call; the nurses are being rung already.


async def cannot_wait(session: AsyncSession, escalation: Escalation, message_id: UUID, actor: str) -> bool:
    """Raise it by one and page from the top. False: that was done a moment ago, so the words are only added."""
    now = clock.now()
    lately = select(TimelineEvent.seq).where(
        TimelineEvent.escalation_id == escalation.id,
        TimelineEvent.kind == Event.CANNOT_WAIT,
        TimelineEvent.at > now - NOT_AGAIN_FOR,
    )
    again = (await session.execute(lately.limit(1))).scalar_one_or_none() is not None
    if not again:
        escalation.priority = rules.one_up(Priority(escalation.priority))
        await service.start_paging(session, escalation, "page_worse")
    await service.log_event(
        session, escalation, Event.CANNOT_WAIT, actor, priority=escalation.priority, message=str(message_id)
    )
    return not again
