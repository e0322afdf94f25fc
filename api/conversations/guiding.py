"""How a guide's question goes out beside an answer, and whether what a carer says next can be an answer to it.

The assistant leads guides; here is only what it cannot know: how long a text may be, what else the carer has heard
since its question, and that "1" is a call for a nurse unless the last text offered it as an answer.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import gsm7, replies
from api.clients.rasa import Turn
from api.conversations import saying, service, signposting
from api.conversations.models import Conversation, Message
from api.conversations.rules import GUIDE_ASKS, GUIDE_KIND, GUIDE_TELLS, Channel, assistant_kind


async def say(session: AsyncSession, conversation: Conversation, turn: Turn) -> tuple[Message, Message | None]:
    """Say the answer and what the guide adds: in one text if both fit, else each as a message of its own.

    A guide says what is right for a nation. Where there may be more for a street the carer is asked for their place,
    unless the guide has ended with another question.
    """
    gap = "\n\n" if conversation.channel == Channel.WEB else "\n"
    answer, own = "\n".join(turn.replies[: turn.guide_from]), gap.join(turn.replies[turn.guide_from :])
    kind = f"{GUIDE_KIND}{turn.guide}"
    if kind == GUIDE_TELLS:
        await signposting.note_guided(session, conversation, own)
    if not answer:
        told = await service.say(session, conversation, own, kind, claimed=True)
        asks_place = kind == GUIDE_TELLS and not turn.offers
        return told, await signposting.ask_place(session, conversation) if asks_place else None
    answer = (await signposting.with_hours(session, conversation, turn.intent, answer, ask=False)).words
    if _fits(conversation, f"{answer}{gap}{own}"):
        return await service.say(session, conversation, f"{answer}{gap}{own}", kind, claimed=True), None
    first = await service.say(session, conversation, answer, assistant_kind(turn.topic or turn.intent), claimed=True)
    return first, await service.say(session, conversation, own, kind, claimed=True)


def _fits(conversation: Conversation, both: str) -> bool:
    """Whether both are one text message. The opening comes first, and leaves room for an answer alone."""
    if conversation.channel != Channel.SMS:
        return False
    filled = replies.fill(both, team_number=conversation.team.phone)
    return conversation.opening_said_at is not None and gsm7.length(gsm7.to_gsm7(filled)) <= gsm7.TEXT_LIMIT


async def is_open(session: AsyncSession, conversation_id: UUID) -> bool:
    """Whether a guide's question is the last that the carer has heard, so that what they say may answer it."""
    return await saying.last(session, conversation_id) == GUIDE_ASKS
