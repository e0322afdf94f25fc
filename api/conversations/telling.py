"""Telling a carer what became of their call for help: what the timeline says that they must hear, while it is true."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import service
from api.conversations.models import Conversation
from api.escalations import tasks
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import NOBODY_HAS_IT, State, TaskKind

PLACES = ("nurse", "time", "watch_for", "come_back", "number")  # Of what a timeline holds, that a text may quote.


async def tell_due(session: AsyncSession, conversation: Conversation) -> None:
    """Say whatever the timeline says that this carer must hear, in order, unless it is no longer true."""
    found = (
        select(TimelineEvent, Escalation)
        .join(Escalation, Escalation.id == TimelineEvent.escalation_id)
        .where(
            Escalation.conversation_id == conversation.id,
            TimelineEvent.tell.is_not(None),
            TimelineEvent.told_at.is_(None),
        )
        .order_by(TimelineEvent.seq)
    )
    for event, escalation in (await session.execute(found)).unique().all():
        event.told_at = clock.now()
        if event.tell and not escalation.silent and _still_true(event.tell, escalation.state):
            await _tell(session, conversation, escalation, event)


async def untold(session: AsyncSession) -> set[UUID]:
    """Conversations whose carer has not yet heard what the timeline says that they must."""
    found = (
        select(Escalation.conversation_id)
        .join(TimelineEvent, TimelineEvent.escalation_id == Escalation.id)
        .where(TimelineEvent.tell.is_not(None), TimelineEvent.told_at.is_(None))
    )
    return set((await session.execute(found)).scalars())


def _still_true(reply: str, state: str) -> bool:
    if reply in ("not_reached_yet", "nobody_reached"):
        return state in NOBODY_HAS_IT
    return reply != "accepted" or state in (State.ACCEPTED, State.CONTACTED)


async def _tell(
    session: AsyncSession, conversation: Conversation, escalation: Escalation, event: TimelineEvent
) -> None:
    if conversation.opted_out_at:
        reason = "Takes no texts and could not be told how things stand: ring."
        await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason, escalation.priority)
        return
    places: dict[str, str] = {name: str(event.detail[name]) for name in PLACES if name in event.detail}
    await service.say_approved(session, conversation, event.tell or "", safety=True, alone=True, places=places)
