"""What a carer answered to the few questions after the first instruction. A part of the service of its own.

The words stay in the message; here stands what they answer, so that the nurse reads "Where they are: 14 Mill Lane".
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.escalations import service
from api.escalations.models import Answer
from api.escalations.rules import Event


async def keep(session: AsyncSession, escalation_id: UUID, message_id: UUID, topic: str, actor: str) -> None:
    """Note that this message answers this question. Once: a repeat changes nothing. Raises NotFound."""
    escalation = await service.locked(session, escalation_id)
    new = insert(Answer).values(
        id=uuid4(), escalation_id=escalation.id, message_id=message_id, topic=topic, at=clock.now()
    )
    made = (await session.execute(new.on_conflict_do_nothing().returning(Answer.id))).scalar_one_or_none()
    if made is not None:
        await service.log_event(session, escalation, Event.ANSWERED, actor, topic=topic)


async def of(session: AsyncSession, escalation_id: UUID) -> Sequence[Answer]:
    """The answers to an escalation's questions, oldest first."""
    found = select(Answer).where(Answer.escalation_id == escalation_id).order_by(Answer.at, Answer.id)
    return (await session.execute(found)).scalars().all()
