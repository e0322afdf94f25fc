"""Where a carer is: what is kept of it and by whom it was told. A service of its own for its size.

A whole postcode would lead to a front door, so no more than its first half is ever kept.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.conversations.models import Conversation
from api.directory.hours.rules import Nation
from api.directory.places import service as gazetteer
from api.directory.places.rules import joined, read
from api.directory.rules import Place
from api.errors import Invalid


def of(conversation: Conversation) -> Place:
    """Where this carer is, as far as they have said."""
    nation = Nation(conversation.nation) if conversation.nation else None
    return gazetteer.gazetteer().place(nation, conversation.district or "")


def shown(session: AsyncSession, conversation: Conversation, actor: str) -> Place:
    """The same for another program, which goes on record."""
    audit.record(session, actor, "read_place", "conversation", conversation.id)
    return of(conversation)


def tell(session: AsyncSession, conversation: Conversation, said: str, actor: str) -> Place:
    """Keep the one place that was named in these words. Raises Invalid when there is none, or more than one."""
    told = read(said, gazetteer.gazetteer())
    if told is None:
        raise Invalid("No place, or more than one, was named in this.", field="said")
    return keep(session, conversation, told, actor)


def keep(session: AsyncSession, conversation: Conversation, told: Place, actor: str) -> Place:
    """Keep what was told, beside what is known. The record says what kind of thing it was, never which place."""
    place = joined(of(conversation), told, gazetteer.gazetteer())
    conversation.nation, conversation.district = place.nation, place.district or None
    if place.nation is not None:
        conversation.place_asked_for = None
    told_of = {"nation": place.nation is not None, "district": bool(place.district)}
    audit.record(session, actor, "kept_place", "conversation", conversation.id, **told_of)
    return place
