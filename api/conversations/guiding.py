"""How a guide's question goes out beside an answer, and whether what a carer sends can be an answer to it.

The assistant leads guides; here is only what it cannot know: how long a text may be, what else the carer has heard
since its question, and that "1" is a call for a nurse unless the last text offered it as an answer.
"""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import gsm7, replies
from api.clients.rasa import Turn
from api.conversations import service, signposting
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Channel, is_number

_KIND = "guide:"
ASKS = f"{_KIND}asks"  # A text with an open question.
_LAST = (
    select(Message.kind)
    .where(Message.conversation_id == bindparam("conversation"), Message.author != Author.CARER)
    .order_by(Message.seq.desc())
    .limit(1)
)


async def say(session: AsyncSession, conversation: Conversation, turn: Turn) -> tuple[Message, Message | None]:
    """Say the answer and what the guide adds: in one text if both fit, else the guide's in a text of its own."""
    gap = "\n\n" if conversation.channel == Channel.WEB else "\n"
    answer, own = "\n".join(turn.replies[: turn.guide_from]), gap.join(turn.replies[turn.guide_from :])
    kind = f"{_KIND}{turn.guide}"
    if not answer:
        return await service.say(session, conversation, own, kind, claimed=True), None
    answer = (await signposting.with_hours(session, conversation, turn.intent, answer, ask=False)).words
    if _fits(conversation, f"{answer}{gap}{own}"):
        return await service.say(session, conversation, f"{answer}{gap}{own}", kind, claimed=True), None
    first = await service.say(session, conversation, answer, f"assistant:{turn.intent}", claimed=True)
    return first, await service.say(session, conversation, own, kind, claimed=True)


def _fits(conversation: Conversation, both: str) -> bool:
    """On a text message the opening comes first, and leaves room for an answer alone."""
    if conversation.channel != Channel.SMS:
        return True
    filled = replies.fill(both, team_number=conversation.team.phone)
    return conversation.opening_said_at is not None and gsm7.length(gsm7.to_gsm7(filled)) <= gsm7.TEXT_LIMIT


async def is_open(session: AsyncSession, conversation_id: UUID) -> bool:
    """Whether a guide's question is the last that the carer has heard, so that what they say may answer it."""
    return (await session.execute(_LAST, {"conversation": conversation_id})).scalar_one_or_none() == ASKS


async def is_answered_by(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Whether a message that is only a number answers a guide's question."""
    return is_number(message.body) and await is_open(session, conversation.id)
