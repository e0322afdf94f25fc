"""Keeping a message that is a telephone number for which the carer was asked."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import service
from api.conversations.models import Message
from api.conversations.service import Inbound
from api.triage import screening
from api.triage.grading import as_nothing, on_record


async def store(session: AsyncSession, inbound: Inbound) -> Message | None:
    """Keep it as what the carer said: answered, and no cry for help. None: it is here already."""
    grade = await asyncio.to_thread(screening.grade, inbound.body)
    conversation = await service.open_conversation(session, inbound)
    message = await service.store(session, conversation, inbound, on_record(as_nothing(grade)))
    if message is not None:
        message.answered_at = clock.now()
    return message
