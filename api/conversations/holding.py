"""A person who took over and does not write while the carer waits. A service of the same domain, apart for its size.

The carer hears the truth once, the team is told, and until somebody writes the conversation is offered to everybody.
"""

from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, desk, live, settings
from api.conversations import asking, service
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Mode
from api.paging import notes

_staff_seq = (
    select(func.coalesce(func.max(Message.seq), 0))
    .where(Message.conversation_id == Conversation.id, Message.author == Author.STAFF)
    .correlate(Conversation)
    .scalar_subquery()
)
# When the carer began to wait for the person who holds this: never before that person took over.
_waits_since = (
    select(case((func.min(Message.at).is_not(None), func.greatest(func.min(Message.at), Conversation.held_at))))
    .where(Message.conversation_id == Conversation.id, Message.author == Author.CARER, Message.seq > _staff_seq)
    .correlate(Conversation)
    .scalar_subquery()
)


async def left_waiting(session: AsyncSession) -> set[UUID]:
    """Conversations whose carer has waited too long for the person who holds them, and of which nobody was told."""
    found = select(Conversation.id).where(
        Conversation.mode == Mode.PERSON,
        Conversation.closed_at.is_(None),
        Conversation.left_at.is_(None),
        _waits_since <= clock.now() - desk.clocks().left_waiting_after,
    )
    return set((await session.execute(found)).scalars())


async def tell(session: AsyncSession, conversation: Conversation) -> None:
    """Alarm the team, tell the one who holds it, and tell the carer, unless the phone may be watched."""
    if conversation.id not in await left_waiting(session):
        return  # Somebody has written or handed back since it was found.
    conversation.left_at = clock.now()
    link = f"{settings.get().public_url}/console/conversations/{conversation.id}"
    told = await notes.tell_desk(session, conversation.team_id, "carer_left_waiting", link=link)
    holder = conversation.held_by
    if holder and holder.active and holder.phone and holder not in told:
        await notes.tell_person(session, holder, "carer_left_waiting", link=link)
    await live.changed(session, live.BOARD, live.conversation(conversation.id))
    if conversation.opted_out_at is None and not await asking.watched(session, conversation.id):
        name = holder.name if holder else "The person here"
        await service.say_approved(session, conversation, "person_not_back", safety=True, places={"nurse": name})
