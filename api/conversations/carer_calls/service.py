"""Carers' telephone calls: which is going on, what it has still to say, and what was answered in each turn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, outbox, queue, telephone
from api.clients.carrier import Delivery
from api.conversations import rules as conversation_rules
from api.conversations.carer_calls.models import CarerCall, CarerCallTurn
from api.conversations.carer_calls.rules import CallState, one_line, seconds_to_say
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author
from api.errors import Invalid, NotFound

SPOKEN_WITHIN = timedelta(seconds=60)  # What a call has not spoken by then goes out as a text.
_LONGEST = timedelta(days=1)
_TURN_TAKES = timedelta(seconds=10)


async def open_call(session: AsyncSession, conversation: Conversation, sid: str, line: str) -> CarerCall:
    """The call, new or, if the carrier repeats itself, as it is. Raises Invalid without the carrier's id."""
    if not sid:
        raise Invalid("CallSid is missing.")
    new = insert(CarerCall).values(
        id=uuid4(),
        conversation_id=conversation.id,
        caller=conversation.contact_number,
        line=line,
        state=CallState.TALKING,
        started_at=clock.now(),
        carrier_sid=sid,
        delivery=None,
        tries=0,
        turn=0,
        heard=0,
        spoken_seq=await _newest(session, conversation.id),
        spoke=False,
        silences=0,
        menu_open=False,
        relay=False,
        back_no=0,
    )
    await session.execute(new.on_conflict_do_nothing(index_elements=[CarerCall.carrier_sid]))
    return (await session.execute(select(CarerCall).where(CarerCall.carrier_sid == sid))).scalar_one()


async def _newest(session: AsyncSession, conversation_id: UUID) -> int:
    found = select(func.coalesce(func.max(Message.seq), 0)).where(Message.conversation_id == conversation_id)
    return (await session.execute(found)).scalar_one()


async def locked(session: AsyncSession, call_id: UUID) -> CarerCall:
    """One call, held for change until the transaction ends. Raises NotFound."""
    found = select(CarerCall).where(CarerCall.id == call_id).with_for_update(of=CarerCall)
    call = (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()
    if call is None:
        raise NotFound("There is no such call.")
    return call


async def get(session: AsyncSession, call_id: UUID) -> CarerCall:
    """One call, to read. Raises NotFound."""
    call = await session.get(CarerCall, call_id)
    if call is None:
        raise NotFound("There is no such call.")
    return call


async def by_sid(session: AsyncSession, sid: str) -> CarerCall | None:
    """The call with the carrier's id."""
    return (await session.execute(select(CarerCall).where(CarerCall.carrier_sid == sid))).scalar_one_or_none()


async def hold(session: AsyncSession, sid: str) -> None:
    """Whoever else looks at the call with the carrier's id waits until this transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sid, 0))))


async def newest(session: AsyncSession, caller: str, line: str) -> CarerCall | None:
    """The newest call that came in from a number (E.164) to one of ours."""
    found = select(CarerCall).where(CarerCall.caller == caller, CarerCall.line == line, CarerCall.back_no == 0)
    return (await session.execute(found.order_by(CarerCall.started_at.desc()).limit(1))).scalar_one_or_none()


async def going_on_since(session: AsyncSession, line: str) -> datetime | None:
    """When the oldest call to this number that we believe is going on came in. None lasts longer than a day."""
    found = select(func.min(CarerCall.started_at)).where(
        CarerCall.line == line,
        CarerCall.ended_at.is_(None),
        CarerCall.back_no == 0,
        CarerCall.started_at > clock.now() - _LONGEST,
    )
    return (await session.execute(found)).scalar_one()


async def is_being_rung_back(session: AsyncSession, caller: str, line: str) -> bool:
    """Whether a call of ours to this number is waiting to be made, or going on."""
    found = select(CarerCall.id).where(
        CarerCall.caller == caller, CarerCall.line == line, CarerCall.back_no > 0, CarerCall.ended_at.is_(None)
    )
    return (await session.execute(found.limit(1))).scalar_one_or_none() is not None


async def was_missed(session: AsyncSession, call: CarerCall) -> bool:
    """Whether a call came in and nothing of ours ever answered it."""
    return call.back_no == 0 and await said_in(session, call.id, 0) is None


async def waits_since_missed(session: AsyncSession, call: CarerCall) -> bool:
    """Whether the last that whoever is rung in this call heard of us was nothing at all."""
    last = await newest(session, call.caller, call.line) if call.caller else None
    return last is not None and await was_missed(session, last)


async def live(session: AsyncSession, conversation_id: UUID) -> CarerCall | None:
    """The call that is going on in a conversation, the newest if a line seems to be open twice."""
    found = select(CarerCall).where(
        CarerCall.conversation_id == conversation_id, CarerCall.ended_at.is_(None), CarerCall.carrier_sid.is_not(None)
    )
    return (await session.execute(found.order_by(CarerCall.started_at.desc()).limit(1))).scalar_one_or_none()


async def carry(session: AsyncSession, conversation: Conversation, message: Message) -> None:
    """Have something that the line says spoken by the call that is going on, or texted if there is none."""
    call = await live(session, conversation.id)
    if conversation_rules.is_withheld(conversation.address):
        outbox.withdraw(message)  # It can only be spoken.
    else:
        outbox.queue(message)
    if call is None:
        if message.delivery == Delivery.QUEUED:
            await queue.wake(session, "channels.deliver", queue.PAGES, message_id=message.id)
    elif call.state == CallState.CONNECTED and message.person_id is None:
        outbox.withdraw(message)  # A nurse is talking with them: nothing of ours is news.
    else:
        message.try_at = clock.now() + SPOKEN_WITHIN
        if call.state == CallState.HOLDING and call.streamed_at is None:  # A socket hears of it by itself.
            await queue.wake(session, "voice.interrupt", queue.PAGES, call_id=call.id)


async def unspoken(session: AsyncSession, call: CarerCall) -> Sequence[Message]:
    """What the line or staff have said in the conversation and nobody has heard yet, oldest first."""
    found = select(Message).where(
        Message.conversation_id == call.conversation_id,
        Message.seq > call.spoken_seq,
        Message.author != Author.CARER,
    )
    return (await session.execute(found.order_by(Message.seq))).scalars().all()


async def kept_from_news(session: AsyncSession) -> list[UUID]:
    """Callers who wait for a nurse, to whom nothing is being said, and for whom there is something."""
    news = select(Message.id).where(
        Message.conversation_id == CarerCall.conversation_id,
        Message.seq > CarerCall.spoken_seq,
        Message.author != Author.CARER,
    )
    found = select(CarerCall.id).where(
        CarerCall.state == CallState.HOLDING,
        CarerCall.ended_at.is_(None),
        CarerCall.streamed_at.is_(None),
        CarerCall.busy_until <= clock.now(),
        news.exists(),
    )
    return list((await session.execute(found)).scalars())


def spoken(call: CarerCall, messages: Sequence[Message]) -> None:
    """These have now been said to the caller: no text of them is sent."""
    for message in messages:
        message.delivery, message.try_at = Delivery.DELIVERED, None
        call.spoken_seq = max(call.spoken_seq, message.seq)


def begin_turn(call: CarerCall, turn: int) -> None:
    """From now on no news interrupts, until the turn is answered or must have failed."""
    call.busy_until, call.heard = clock.now() + _TURN_TAKES, max(call.heard, turn)
    stir(call)


def stir(call: CarerCall) -> None:
    """A sign of life of a call over a socket."""
    if call.streamed_at is not None:
        call.streamed_at = clock.now()


def next_turn(call: CarerCall) -> int:
    """The first number that no turn has, heard or answered: words that come in under one that has are lost."""
    return max(call.turn, call.heard) + 1


async def said_in(session: AsyncSession, call_id: UUID, turn: int) -> CarerCallTurn | None:
    """What was answered in a turn, if it was."""
    return await session.get(CarerCallTurn, (call_id, turn))


async def keep_turn(
    session: AsyncSession, call: CarerCall, turn: int, words: str, seconds: int, to_office: bool = False
) -> None:
    """Note what was answered, for repeats. Until it has been said no news interrupts: it may be a first instruction."""
    saying = timedelta(seconds=seconds_to_say(words, telephone.wanted().words_a_second))
    call.turn, call.busy_until = max(call.turn, turn), clock.now() + saying
    stir(call)
    said = {"words": words, "seconds": seconds, "to_office": to_office}
    new = insert(CarerCallTurn).values(call_id=call.id, turn=turn, at=clock.now(), **said)
    await session.execute(new.on_conflict_do_nothing())


async def take_back(session: AsyncSession, call: CarerCall, lines: Sequence[str], safety_only: bool) -> None:
    """These lines did not reach the caller's ear: they are to be spoken again, or texted if the call ends before.

    `safety_only`: only if one of them is a text for somebody in danger; then that and what came after it.
    """
    found = select(Message).where(
        Message.conversation_id == call.conversation_id,
        Message.seq <= call.spoken_seq,
        Message.author != Author.CARER,
        Message.at >= call.started_at,
    )
    said = list((await session.execute(found.order_by(Message.seq))).scalars())
    missed = [one.seq for one in said if one_line(one.body) in lines and (one.safety or not safety_only)]
    if not missed:
        return
    call.spoken_seq = min(missed) - 1
    for message in said:
        if message.seq > call.spoken_seq and not conversation_rules.is_withheld(call.conversation.address):
            outbox.queue(message)
            message.try_at = clock.now() + SPOKEN_WITHIN


async def end(session: AsyncSession, call: CarerCall, word: str) -> None:
    """The call is over. What it had still to say goes out as texts now."""
    call.state, call.ended_at, call.ended = CallState.OVER, clock.now(), word
    for message in await unspoken(session, call):
        if message.delivery == Delivery.QUEUED:
            message.try_at = clock.now()
            await queue.wake(session, "channels.deliver", queue.PAGES, message_id=message.id)


async def wordless(session: AsyncSession, call: CarerCall) -> int:
    """Calls of late from the same number in which nobody said a word, this one counted."""
    if call.caller is None:
        return 1
    since = clock.now() - telephone.wanted().wordless_within
    found = select(func.count()).where(
        CarerCall.caller == call.caller,
        CarerCall.started_at >= since,
        CarerCall.spoke.is_(False),
        CarerCall.back_no == 0,
    )
    return (await session.execute(found)).scalar_one()
