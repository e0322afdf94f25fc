"""Gathering one conversation as whoever reviews it sees it, in a fixed number of questions for each call for help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.board import service as board
from api.console.board.service import Known
from api.console.escalation import service as escalation
from api.conversations import service as conversations
from api.conversations.models import Ask, Conversation, Message
from api.escalations.models import Escalation
from api.review.reading.transcript import service as transcripts


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation: its messages oldest first, what was asked because of which, and its calls for help.

    `seen_by`: the names of those who acknowledged alarms. `warnings`: what is hard to read in it.
    """

    conversation: Conversation
    messages: Sequence[Message]
    asks: Mapping[UUID, Ask]
    calls: Sequence[Known]
    seen_by: Mapping[UUID, str]
    warnings: Sequence[str]


async def gather(session: AsyncSession, conversation: Conversation) -> Transcript:
    """Everything that the page shows."""
    raised = select(Escalation).where(Escalation.conversation_id == conversation.id).order_by(Escalation.raised_at)
    calls = await board.known(session, (await session.execute(raised)).scalars().all())
    asked = await session.execute(select(Ask).where(Ask.conversation_id == conversation.id))
    names: dict[UUID, str] = {}
    for call in calls:
        names |= await escalation.seen_by(session, call)
    return Transcript(
        conversation,
        await conversations.thread(session, conversation.id),
        {ask.message_id: ask for ask in asked.scalars()},
        calls,
        names,
        transcripts.warnings(await transcripts.marks(session, conversation.id)),
    )
