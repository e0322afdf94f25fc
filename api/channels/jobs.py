"""One turn: ask for the answer and hand it to the carrier. And everything else that goes out to carers."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api import clock, logs, outbox, queue, settings
from api.clients import twilio
from api.clients.carrier import CarrierError, Delivery, Text
from api.conversations import holding, service
from api.conversations import jobs as conversations
from api.conversations.aftercare import service as aftercare
from api.conversations.models import Conversation, Message
from api.database import single, transaction

# How long a text waits for one that was said before it. Longer, and something is wrong with that one.
IN_ORDER_WITHIN = timedelta(seconds=3)
_log = logs.get(__name__)


@queue.app.task(name="channels.turn", queue=queue.TURNS)
async def turn(conversation_id: str) -> None:
    """Wake-up: a carer has said something. Answers everything unanswered, in order, and delivers each answer."""
    while answered := await conversations.answer_next(UUID(conversation_id)):
        for reply in filter(None, (answered.reply, answered.then)):
            if reply.delivery == Delivery.SENDING:
                await _send(reply, answered.conversation)
        if not answered.more:
            return


@queue.app.task(name="channels.begin_questions", queue=queue.TURNS)
async def begin_questions(conversation_id: str) -> None:
    """Wake-up: a carer in danger has had the first instruction and may be asked a few things."""
    first = await conversations.begin_questions(UUID(conversation_id))
    if first is not None and first.delivery == Delivery.SENDING:
        async with transaction() as session:
            conversation = await session.get_one(Conversation, first.conversation_id)
        await _send(first, conversation)


@queue.app.task(name="channels.tell", queue=queue.PAGES)
async def tell(conversation_id: str) -> None:
    """Wake-up: the timeline has something that a carer must hear."""
    await conversations.tell(UUID(conversation_id))


@queue.app.task(name="channels.deliver", queue=queue.PAGES)
async def deliver(message_id: str) -> None:
    """Wake-up: a text to a carer waits. It goes after those said before it: whoever carries them goes on with this."""
    async with transaction() as session:
        claimed = await outbox.claim(session, Message, UUID(message_id), ~_said_before())
        if claimed is None:
            return
        conversation = await session.get_one(Conversation, claimed.conversation_id)
        if not aftercare.may_go(conversation, claimed):
            outbox.withdraw(claimed)
            conversation.survey_until = None  # Nobody answers what they never got.
            return
    await _send(claimed, conversation)


def _said_before() -> ColumnElement[bool]:
    """Something that was said earlier in the same conversation is just being handed over, or is about to be."""
    earlier, now = aliased(Message), clock.now()
    in_hand = and_(earlier.delivery == Delivery.SENDING, earlier.try_at > now + outbox.LEASE - IN_ORDER_WITHIN)
    about_to_be = and_(earlier.delivery == Delivery.QUEUED, earlier.try_at.between(now - IN_ORDER_WITHIN, now))
    mine = earlier.conversation_id == Message.conversation_id, earlier.seq < Message.seq
    return select(1).where(*mine, or_(in_hand, about_to_be)).exists()


async def _send(message: Message, conversation: Conversation) -> None:
    """Hand a claimed text over, and whatever was said after it and has waited for that."""
    await _hand_over(message, conversation)
    async with single() as session:
        after = await _said_after(session, message)
    if after is not None:
        await deliver(str(after))


async def _said_after(session: AsyncSession, message: Message) -> UUID | None:
    mine = Message.conversation_id == message.conversation_id, Message.seq > message.seq
    waits = Message.delivery == Delivery.QUEUED, Message.try_at <= clock.now()
    return (await session.execute(select(Message.id).where(*mine, *waits).order_by(Message.seq).limit(1))).scalar()


async def _hand_over(message: Message, conversation: Conversation) -> None:
    """Hand a claimed text to the carrier and record what it said. Both come from a transaction that has committed."""
    callback = f"{settings.get().public_url}/twilio/sms/status/{message.id}"
    text = Text(conversation.address, conversation.team.line_number, message.body, callback)
    try:
        sid = await twilio.send_text(text)
    except CarrierError as error:
        await _refused(message.id, error)
        return
    async with single() as session:
        await outbox.sent(session, Message, message.id, sid)
    _log.info("text_sent", message_id=str(message.id), kind=message.kind)


async def _refused(message_id: UUID, error: CarrierError) -> None:
    async with transaction() as session:
        message = await session.get_one(Message, message_id, with_for_update={"of": Message})
        final = outbox.refused(message, error)
        if final:
            await service.delivery_failed(session, message, error.opted_out)
    _log.warning("text_refused", message_id=str(message_id), status=error.status, code=error.code, final=final)


async def _page_for_ask(conversation_id: str) -> None:
    await conversations.page_for_ask(UUID(conversation_id))


async def _tell_left(conversation_id: str) -> None:
    async with transaction() as session:
        await holding.tell(session, await service.locked(session, UUID(conversation_id)))


async def sweep_texts() -> None:
    """Find unanswered questions whose time is up, and the news and texts that a lost wake-up or a dead process left."""
    await queue.each(_page_for_ask, await conversations.asks_due())
    await queue.each(tell, await conversations.untold())
    async with transaction() as session:
        left = await holding.left_waiting(session)
    await queue.each(_tell_left, left)
    async with transaction() as session:
        unsent = await outbox.due(session, Message)
    await queue.each(deliver, unsent)


async def sweep_turns() -> None:
    """Find the messages that still have no answer. Apart from the texts, which must not wait for a slow assistant."""
    await queue.each(turn, await conversations.unanswered())
    await queue.each(begin_questions, await conversations.unput_questions())
