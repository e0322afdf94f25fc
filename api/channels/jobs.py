"""One turn: ask for the answer and hand it to the carrier. And everything else that goes out to carers."""

from uuid import UUID

from api import logs, outbox, queue, settings
from api.clients import twilio
from api.clients.carrier import CarrierError, Delivery, Text
from api.conversations import holding, service
from api.conversations import jobs as conversations
from api.conversations.aftercare import service as aftercare
from api.conversations.models import Conversation, Message
from api.database import single, transaction

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
    """Wake-up: a text to a carer is waiting."""
    async with transaction() as session:
        claimed = await outbox.claim(session, Message, UUID(message_id))
        if claimed is None:
            return
        conversation = await session.get_one(Conversation, claimed.conversation_id)
        if not aftercare.may_go(conversation, claimed):
            outbox.withdraw(claimed)
            conversation.survey_until = None  # Nobody answers what they never got.
            return
    await _send(claimed, conversation)


async def _send(message: Message, conversation: Conversation) -> None:
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
