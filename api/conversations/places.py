"""Where a carer is: what is kept of it and by whom it was told. A service of its own for its size.

A whole postcode would lead to a front door, so no more than its first half is ever kept.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.conversations import asking
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, assistant_kind
from api.directory.hours.rules import Nation
from api.directory.places import service as gazetteer
from api.directory.places.rules import joined, read, read_whole, refuses
from api.directory.rules import Need, Place
from api.errors import Invalid

ASKED = ":place"  # What the kind of an answer to a need ends with when it asked where the carer is.
ASKS = "asks_place:"  # What the kind of the question by itself begins with.
TOLD = "place:"  # What the kind of what is said to a place begins with.
REFUSED = "place_refused"
_LOOK_BACK = 12  # Messages: a guide's answers are not about a need.
JUST = timedelta(days=1)  # For as long after a death nobody is asked for a postcode.
_ABOUT = {
    kind: need for need in Need for kind in (assistant_kind(need), assistant_kind(f"{need}{ASKED}"), f"{TOLD}{need}")
}


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


async def may_ask(session: AsyncSession, conversation: Conversation, need: Need) -> bool:
    """Whether a carer may be asked where they are: once for each need, and never when it would be out of place.

    That is while anything is open, after a death just heard, when a phone may be watched, and once they have refused.
    """
    if conversation.nation or conversation.district or _just_bereaved(conversation):
        return False
    before = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.kind.in_((assistant_kind(f"{need}{ASKED}"), f"{ASKS}{need}", REFUSED)),
    )
    if (await session.execute(before.limit(1))).scalar_one_or_none() is not None:
        return False
    return await asking.is_quiet(session, conversation.id)


def _just_bereaved(conversation: Conversation) -> bool:
    return conversation.died_at is not None and clock.now() < conversation.died_at + JUST


def is_answer(conversation: Conversation, body: str) -> bool:
    """Whether a whole message answers the question where they are: a place, told again too, or a refusal."""
    known = gazetteer.gazetteer()
    if conversation.place_asked_for and refuses(body, known):
        return True
    was_asked = conversation.place_asked_for or conversation.nation or conversation.district
    return bool(was_asked) and read_whole(body, known) is not None


async def need_of(session: AsyncSession, conversation_id: UUID, body: str, asked_for: str | None) -> Need | None:
    """What a message that is wholly a place is told for: the need for which it was asked, or the last one answered.

    None: it is no place, or nobody knows what for. Somebody who was asked may also say that they would rather not.
    """
    known = gazetteer.gazetteer()
    if read_whole(body, known) is None and (asked_for is None or not refuses(body, known)):
        return None
    if asked_for is not None:
        return Need(asked_for)
    last = select(Message.kind).where(Message.conversation_id == conversation_id, Message.kind.in_(_ABOUT))
    kind = (await session.execute(last.order_by(Message.seq.desc()).limit(1))).scalar_one_or_none()
    return _ABOUT[kind] if kind else None


async def last_need(session: AsyncSession, conversation_id: UUID) -> Need | None:
    """What the carer last asked about, as far as the assistant understood it."""
    understood = select(Message.understood).where(
        Message.conversation_id == conversation_id, Message.author == Author.CARER, Message.understood.is_not(None)
    )
    found = (await session.execute(understood.order_by(Message.seq.desc()).limit(_LOOK_BACK))).scalars()
    intents = (str((one or {}).get("intent")) for one in found)
    return next((Need(intent) for intent in intents if intent in Need), None)


def tell_whole(session: AsyncSession, conversation: Conversation, body: str, need: Need) -> Place | None:
    """Keep the place that a whole message is. None: it is a refusal. What it was asked for stays until it is known."""
    told = read_whole(body, gazetteer.gazetteer())
    if told is None:
        return None
    place = keep(session, conversation, told, "carer")
    if place.nation is None:
        conversation.place_asked_for = need
    return place
