"""Receiving what a carer sends, and saying things back. Both only write rows; jobs and channels carry them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from api import clock, gsm7, identifiers, live, outbox, queue, replies
from api.clients.carrier import Delivery
from api.conversations import rules
from api.conversations.carer_calls import service as carer_calls
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Channel, Mode
from api.errors import NotFound
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.rules import TaskKind
from api.people import service as people
from api.people.models import Person, Team
from api.switches import service as switches
from api.switches.rules import is_people_only
from api.webhooks import service as webhooks

# What every message needs is put together once: that takes as long as running it. A holder's team is never asked for.
_CONVERSATION = select(Conversation).options(joinedload(Conversation.held_by).lazyload(Person.team))
_OPEN_AT = _CONVERSATION.where(
    Conversation.channel == bindparam("channel"),
    Conversation.address == bindparam("address"),
    Conversation.closed_at.is_(None),
)
_OPEN_AT_LOCKED = _OPEN_AT.with_for_update(of=Conversation)
_LOCKED = (
    _CONVERSATION.where(Conversation.id == bindparam("id"))
    .with_for_update(of=Conversation)
    .execution_options(populate_existing=True)
)
_HEARD = (
    update(Conversation.__table__)  # type: ignore[arg-type]  # Typed for any selectable; a mapped class has a table.
    .where(Conversation.__table__.c.id == bindparam("conversation"))
    .values(last_message_at=bindparam("now"))
)
_KEEP = insert(Message).on_conflict_do_nothing(index_elements=[Message.inbound_id]).returning(Message)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a carer sent. `inbound_id` is unique for ever; `address` is what a conversation is kept by."""

    channel: Channel
    address: str
    inbound_id: str
    body: str
    team: Team | None = None  # None: found by `line` if the conversation is new.
    line: str = ""  # The number that was texted.
    contact_number: str | None = None
    media_count: int = 0
    carrier_says: str = ""  # Twilio's OptOutType: STOP, START or HELP when Advanced Opt-Out has acted.


async def open_conversation(session: AsyncSession, inbound: Inbound) -> Conversation:
    """The open conversation with this carer, new if need be, locked until the transaction ends."""
    where = {"channel": inbound.channel, "address": inbound.address}
    conversation = (await session.execute(_OPEN_AT_LOCKED, where)).scalar_one_or_none()
    if conversation is None and len(identifiers.keys()) > 1:  # The unique index would not know two forms for one.
        await session.execute(select(func.pg_advisory_xact_lock(identifiers.lock_number(*where.values()))))
        conversation = (await session.execute(_OPEN_AT_LOCKED, where)).scalar_one_or_none()
    if conversation is None:
        now = clock.now()
        team = inbound.team or await people.team_for_line(session, inbound.line)
        new = insert(Conversation).values(
            id=uuid4(),
            team_id=team.id,
            channel=inbound.channel,
            address=inbound.address,
            contact_number=inbound.contact_number,
            mode=Mode.ASSISTANT,
            opened_at=now,
            last_message_at=now,
        )
        opened = await session.execute(new.on_conflict_do_nothing())  # Another copy of the text may have come first.
        conversation = (await session.execute(_OPEN_AT_LOCKED, where)).scalar_one()
        if opened.rowcount:  # type: ignore[attr-defined]  # An insert has one.
            _tell_programs(session, conversation, "conversation.opened")
    return conversation


def _tell_programs(session: AsyncSession, conversation: Conversation, kind: str) -> None:
    channel = conversation.channel
    webhooks.emit(session, conversation.team_id, kind, conversation_id=conversation.id, channel=channel)


async def store(
    session: AsyncSession, conversation: Conversation, inbound: Inbound, heard: dict[str, Any] | None = None
) -> Message | None:
    """Keep the message, once, with what the screen heard in it. None: it is already here."""
    body, cut = rules.clean(inbound.body)
    new = {
        "id": uuid4(),
        "conversation_id": conversation.id,
        "author": Author.CARER,
        "body": body,
        "cut": cut,
        "at": clock.now(),
        "inbound_id": inbound.inbound_id,
        "media_count": inbound.media_count,
        "tries": 0,
        "safety": False,
        "heard": heard,
    }
    message = (await session.execute(_KEEP, new)).scalar_one_or_none()
    if message is not None:
        await session.execute(_HEARD, {"conversation": conversation.id, "now": message.at})
        await live.changed(session, live.conversation(conversation.id), live.inbox(conversation.team_id))
    return message


async def say(
    session: AsyncSession,
    conversation: Conversation,
    words: str,
    kind: str,
    *,
    safety: bool = False,
    person: Person | None = None,
    claimed: bool = False,
    alone: bool = False,
) -> Message:
    """Queue approved words (or a named person's own) to a carer. `claimed`: the caller delivers it after committing.

    The opening, which says what this is and who reads it, goes before the first words that leave room for it. `alone`:
    a text for somebody in danger, which must have nothing to read before it.
    """
    now, by_text = clock.now(), conversation.channel == Channel.SMS
    by_voice = conversation.channel == Channel.VOICE
    words = replies.fill(words, team_number=conversation.team.phone) if person is None else words
    if person is None and conversation.opening_said_at is None and not (alone and by_text):
        opening = replies.say("opening", conversation.channel)
        words, said = rules.with_opening(opening, words, gsm7.TEXT_LIMIT if by_text else None)
        conversation.opening_said_at = now if said else None
    message = Message(
        id=uuid4(),
        conversation_id=conversation.id,
        author=Author.STAFF if person else Author.NIGHTLIGHT,
        person_id=person.id if person else None,
        body=gsm7.to_gsm7(words) if by_text or by_voice else words,  # What a call no longer speaks is texted.
        at=now,
        kind=kind,
        safety=safety,
        delivery=Delivery.DELIVERED,  # On the web the thread itself is the delivery.
    )
    goes_out = by_text and not rules.is_withheld(conversation.address)
    if goes_out:
        outbox.queue(message, claimed)
    elif by_text:
        outbox.withdraw(
            message
        )  # Nothing can be sent to a number that we were not given. Staff see that it never went.
    session.add(message)
    if person is not None:
        conversation.left_at = None
    await session.flush()
    if by_voice:
        await carer_calls.carry(session, conversation, message)
    await live.changed(session, live.conversation(conversation.id), live.inbox(conversation.team_id))
    if goes_out and not claimed:
        await queue.wake(session, "channels.deliver", queue.PAGES, message_id=message.id)
    return message


async def say_approved(
    session: AsyncSession,
    conversation: Conversation,
    reply: str,
    *,
    safety: bool = False,
    claimed: bool = False,
    alone: bool = False,
    places: Mapping[str, str] | None = None,
) -> Message:
    """Say one of the texts of `data/replies/`."""
    words = replies.say(reply, conversation.channel, team_number=conversation.team.phone, **(places or {}))
    return await say(session, conversation, words, reply, safety=safety, claimed=claimed, alone=alone)


async def locked(session: AsyncSession, conversation_id: UUID) -> Conversation:
    """One conversation, held for change until the transaction ends."""
    conversation = (await session.execute(_LOCKED, {"id": conversation_id})).scalar_one_or_none()
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation


async def get(session: AsyncSession, conversation_id: UUID) -> Conversation:
    """One conversation, to read."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation


async def open_at(session: AsyncSession, channel: Channel, address: str) -> Conversation | None:
    """The open conversation at an address, to read."""
    return (await session.execute(_OPEN_AT, {"channel": channel, "address": address})).scalar_one_or_none()


async def thread(session: AsyncSession, conversation_id: UUID, after: int = 0) -> Sequence[Message]:
    """The messages of a conversation after a sequence number, oldest first."""
    found = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after).order_by(Message.seq)
    return (await session.execute(found)).scalars().all()


async def message(session: AsyncSession, message_id: UUID) -> Message:
    """One message, to read."""
    found = await session.get(Message, message_id)
    if found is None:
        raise NotFound("There is no such message.")
    return found


async def message_of(session: AsyncSession, conversation: Conversation, message_id: UUID) -> Message:
    """One message of one conversation, to read. Raises NotFound for another's."""
    found = await message(session, message_id)
    if found.conversation_id != conversation.id:
        raise NotFound("There is no such message.")
    return found


async def is_waiting(session: AsyncSession, conversation_id: UUID) -> bool:
    """Whether the carer has said something that has no answer yet."""
    found = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.author == Author.CARER, Message.answered_at.is_(None)
    )
    return (await session.execute(found.limit(1))).scalar_one_or_none() is not None


async def take_over(session: AsyncSession, conversation: Conversation, person: Person) -> None:
    """A person answers from now on and the assistant is silent. The carer is told, once for each person."""
    if conversation.mode == Mode.PERSON and conversation.held_by_id == person.id:
        return
    conversation.mode, conversation.held_by, conversation.questions = Mode.PERSON, person, None
    conversation.held_at, conversation.left_at = clock.now(), None
    await live.changed(session, live.BOARD)
    await say_approved(session, conversation, "person_joined", places={"nurse": person.name})
    _tell_programs(session, conversation, "conversation.taken_over")


async def give_back(session: AsyncSession, conversation: Conversation) -> None:
    """The assistant answers again, and the carer is told."""
    if conversation.mode == Mode.ASSISTANT:
        return
    name = conversation.held_by.name if conversation.held_by else "The nurse"
    conversation.mode, conversation.held_by, conversation.held_at, conversation.left_at = (
        Mode.ASSISTANT,
        None,
        None,
        None,
    )
    await live.changed(session, live.BOARD)
    on = await switches.on(session, conversation.team_id)
    silent = is_people_only(on, conversation.channel)  # Then the assistant is not back, and must not say that it is.
    reply = "person_left_and_computer_off" if silent else "person_left"
    await say_approved(session, conversation, reply, places={"nurse": name})
    _tell_programs(session, conversation, "conversation.given_back")


async def delivery_failed(session: AsyncSession, message: Message, opted_out: bool) -> None:
    """Something said could not reach the carer: if it mattered, somebody rings."""
    conversation = await locked(session, message.conversation_id)
    if opted_out:
        conversation.opted_out_at = conversation.opted_out_at or clock.now()
    open_one = await escalations.open_for(session, conversation.id)
    if message.safety or open_one:
        priority = open_one.priority if open_one else "P2"
        reason = "A text that mattered could not be delivered: ring."
        await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason, priority)
