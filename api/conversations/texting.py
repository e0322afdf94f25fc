"""The last answer as a text, to a mobile number that a carer has given for it and has said is right.

The number is read out of the carer's own message, each time, so no other program holds it. The text is a message of the
number's own conversation: whoever gets it can answer it, and STOP works as for every other text.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, gsm7, replies, settings
from api.audit import service as audit
from api.conversations import rules, service
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Channel
from api.conversations.service import Inbound
from api.errors import Conflict, Invalid

KIND = "asked_for_in_chat"
TEXTED, WAS_TEXTED = "texted_answer", "was_texted_answer"
MOST_AN_HOUR = 3  # From one conversation, and to one number, whoever asks.
AN_HOUR = timedelta(hours=1)


async def number_in(session: AsyncSession, conversation: Conversation, message_id: UUID) -> str:
    """The UK mobile number (E.164) in a message of the carer's. Raises Invalid when there is none, or more than one."""
    message = await service.message_of(session, conversation, message_id)
    number = rules.mobile_number(message.body, settings.get().environment == "development")
    if number is None or message.author != Author.CARER:
        raise Invalid("There is no UK mobile number in this message.", field="message_id")
    return number


async def send(session: AsyncSession, conversation: Conversation, number_message_id: UUID, actor: str) -> Message:
    """Text the last answer to the number in a message: the first of the texts that it takes.

    Raises Conflict, with a `reason`, when there is no answer yet (`nothing_to_send`), the phone wants no texts
    (`opted_out`), or it was done too often (`too_many`).
    """
    number = await number_in(session, conversation, number_message_id)
    answer = await _last_answer(session, conversation)
    if answer is None:
        raise Conflict("There is no answer yet that could be texted.", reason="nothing_to_send")
    if await _wants_no_texts(session, number):
        raise Conflict("This phone takes no texts.", reason="opted_out")
    theirs = await _conversation_at(session, conversation, number)
    for one, done in ((conversation, TEXTED), (theirs, WAS_TEXTED)):
        if await audit.count(session, done, "conversation", one.id, clock.now() - AN_HOUR) >= MOST_AN_HOUR:
            raise Conflict("It was done too often within the hour.", reason="too_many")
        audit.record(session, actor, done, "conversation", one.id, answer=str(answer.id))
    texts = [await service.say(session, theirs, words, KIND, alone=True) for words in _texts(conversation, answer)]
    return texts[0]


async def _last_answer(session: AsyncSession, conversation: Conversation) -> Message | None:
    found = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.author == Author.NIGHTLIGHT)
        .order_by(Message.seq.desc())
        .limit(50)
    )
    said = (await session.execute(found)).scalars()
    return next((message for message in said if rules.is_kept_answer(message.kind)), None)


async def _wants_no_texts(session: AsyncSession, number: str) -> bool:
    """Whether the last that we heard from this number was STOP, in a conversation that is open or closed."""
    found = (
        select(Conversation.opted_out_at)
        .where(Conversation.channel == Channel.SMS, Conversation.address == number)
        .order_by(Conversation.opened_at.desc())
        .limit(1)
    )
    return (await session.execute(found)).scalar_one_or_none() is not None


async def _conversation_at(session: AsyncSession, asking: Conversation, number: str) -> Conversation:
    """The conversation by text with this number, new if need be: with the team of the one in which it was asked for."""
    to = Inbound(Channel.SMS, number, "", "", asking.team, contact_number=number)
    return await service.open_conversation(session, to)


def _texts(conversation: Conversation, answer: Message) -> list[str]:
    """The answer in as many texts as it takes, without the opening; the first says where it comes from and why."""
    opening = replies.say("opening", conversation.channel)
    words = gsm7.to_gsm7(answer.body.removeprefix(opening).strip())
    return rules.in_texts(f"{replies.say(KIND, Channel.SMS)} {words}")
