"""Finding everything that one person has said to the line, and whether it may be touched."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.errors import NotFound
from api.people.models import Person
from api.privacy import rules
from api.privacy.rules import Found


def may_see(conversation: Conversation, person: Person) -> bool:
    """An administrator of a team deals with that team's carers; one of the installation with everybody's."""
    return person.of_installation or conversation.team_id == person.team_id


async def named(session: AsyncSession, by: str) -> Found:
    """Whoever is known by a telephone number, a web thread, or a conversation's id. Raises NotFound."""
    number = rules.number(by)
    if number is not None and (found := await _known_by(session, {number}, set())).conversations:
        return found
    try:
        return await of_conversation(session, UUID(by.strip()))
    except ValueError:
        found = await _known_by(session, set(), {by.strip()})
    if not found.conversations:
        raise NotFound("Nobody is known by this.")
    return found


async def of_conversation(session: AsyncSession, conversation_id: UUID) -> Found:
    """Whoever wrote this conversation. Raises NotFound."""
    one = await session.get(Conversation, conversation_id)
    if one is None:
        found = await _known_by(session, set(), {str(conversation_id)})  # A web thread is named by a UUID as well.
        if not found.conversations:
            raise NotFound("Nobody is known by this.")
        return found
    known_by = {known for known in (one.address, one.contact_number) if known}
    numbers = {known for known in known_by if rules.looks_like_number(known)}
    found = await _known_by(session, numbers, known_by - numbers)
    return found if found.conversations else Found((one.id,), frozenset(), frozenset(), frozenset())


async def _known_by(session: AsyncSession, numbers: set[str], threads: set[str]) -> Found:
    """Every conversation by these numbers and threads, and by the browsers in which these numbers were given."""
    rows = await _where(session, numbers | threads)
    threads = threads | {row.address for row in rows if row.channel == Channel.WEB and row.address}
    rows = await _where(session, numbers | threads)
    given = {row.contact_number for row in rows if row.contact_number}
    return Found(
        conversations=tuple(row.id for row in rows),
        numbers=frozenset(numbers),
        threads=frozenset(threads),
        others=frozenset(given - numbers),
    )


async def _where(session: AsyncSession, known_by: Collection[str]) -> Sequence[Any]:
    """Conversations that are by one of these, in the order in which they began."""
    if not known_by:
        return []
    rang = select(CarerCall.conversation_id).where(CarerCall.caller.in_(known_by))
    columns = select(Conversation.id, Conversation.channel, Conversation.address, Conversation.contact_number)
    wanted = or_(
        Conversation.address.in_(known_by),
        Conversation.contact_number.in_(known_by),
        Conversation.id.in_(rang),
    )
    return (await session.execute(columns.where(wanted).order_by(Conversation.opened_at, Conversation.id))).all()


async def may_all_be_seen(session: AsyncSession, found: Found, person: Person) -> None:
    """Raises NotFound where any of it belongs to another team, of which this administrator may not know."""
    for conversation_id in found.conversations:
        if not may_see(await session.get_one(Conversation, conversation_id), person):
            raise NotFound("Nobody is known by this, or they have also written to another team.")
