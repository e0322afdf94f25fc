"""What the assistant said in one turn, as messages: one for each need, so that by text neither crowds out the other."""

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clients.rasa import Turn
from api.conversations import service, signposting
from api.conversations.models import Conversation, Message
from api.conversations.rules import ASKS_NUMBER, OFFER, Author, assistant_kind, is_bare_phone_number, is_number

_LAST = (
    select(Message.kind)
    .where(Message.conversation_id == bindparam("conversation"), Message.author != Author.CARER)
    .order_by(Message.seq.desc())
    .limit(1)
)


async def first(session: AsyncSession, conversation: Conversation, turn: Turn) -> Message:
    """The answer to the message, or to the first of two needs in it."""
    return await _say(session, conversation, turn.replies, turn.topic or turn.intent)


async def second(session: AsyncSession, conversation: Conversation, turn: Turn) -> Message | None:
    """The answer to a second need of the same message, if there was one."""
    if turn.second is None:
        return None
    return await _say(session, conversation, turn.second.replies, turn.second.topic)


async def is_choice(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Whether a message that is only a number chooses among what was offered last. Else 1 is a call for a nurse."""
    return is_number(message.body) and await _last(session, conversation) == OFFER


async def is_number_asked_for(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Whether a message is a telephone number and nothing else, right after one was asked for."""
    return is_bare_phone_number(message.body) and await _last(session, conversation) in ASKS_NUMBER


async def _last(session: AsyncSession, conversation: Conversation) -> str | None:
    """The kind of what this carer heard last, from us or from anybody."""
    kind: str | None = (await session.execute(_LAST, {"conversation": conversation.id})).scalar_one_or_none()
    return kind


async def _say(session: AsyncSession, conversation: Conversation, replies: tuple[str, ...], topic: str) -> Message:
    words = await signposting.with_hours(session, conversation, topic, "\n".join(replies))
    return await service.say(session, conversation, words, assistant_kind(topic), claimed=True)
