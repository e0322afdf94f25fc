"""What the assistant said in one turn, as messages: one for each need, so that by text neither crowds out the other."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clients.rasa import Turn
from api.conversations import places, service, signposting
from api.conversations.models import Conversation, Message
from api.conversations.rules import (
    ASKS_NUMBER,
    GUIDE_ASKS,
    OFFER,
    QUESTION,
    Author,
    assistant_kind,
    is_bare_phone_number,
    is_few_words,
    is_number,
)

_LAST = (
    select(Message.kind)
    .where(Message.conversation_id == bindparam("conversation"), Message.author != Author.CARER)
    .order_by(Message.seq.desc())
    .limit(1)
)


async def first(session: AsyncSession, conversation: Conversation, turn: Turn) -> Message:
    """The answer to the message, or to the first of two needs in it."""
    said, offer = (turn.replies[:-1], turn.replies[-1]) if turn.offers else (turn.replies, "")
    return await _say(session, conversation, said, turn.topic or turn.intent, offer)


async def second(session: AsyncSession, conversation: Conversation, turn: Turn) -> Message | None:
    """The answer to a second need of the same message, if there was one."""
    if turn.second is None:
        return None
    return await _say(session, conversation, turn.second.replies, turn.second.topic)


async def is_offered_number(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Whether a message that is only a number answers what was offered last. Else 1 is a call for a nurse."""
    return is_number(message.body) and await last(session, conversation.id) in (OFFER, GUIDE_ASKS)


async def answered(session: AsyncSession, conversation: Conversation, message: Message) -> str | None:
    """Which kind of question of ours a few words may be the answer to: one after a danger, or a guide's."""
    if not is_few_words(message.body):
        return None
    if conversation.questions and conversation.questions["put"]:
        return QUESTION  # Open even when the carer has heard since who has their message.
    return GUIDE_ASKS if await last(session, conversation.id) == GUIDE_ASKS else None


async def is_number_asked_for(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Whether a message is a telephone number and nothing else, right after one was asked for."""
    return is_bare_phone_number(message.body) and await asks_number(session, conversation)


async def asks_number(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether the last that this carer heard asks for a telephone number."""
    return await last(session, conversation.id) in ASKS_NUMBER


async def last(session: AsyncSession, conversation_id: UUID) -> str | None:
    """The kind of what this carer heard last, from us or from anybody."""
    kind: str | None = (await session.execute(_LAST, {"conversation": conversation_id})).scalar_one_or_none()
    return kind


async def _say(
    session: AsyncSession, conversation: Conversation, replies: tuple[str, ...], topic: str, offer: str = ""
) -> Message:
    answer = await signposting.with_hours(session, conversation, topic, "\n".join(replies), then=offer)
    kind = assistant_kind(topic) + (places.ASKED if answer.asks else "")
    return await service.say(session, conversation, answer.words, kind, claimed=True)
