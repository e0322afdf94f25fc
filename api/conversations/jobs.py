"""Asking the assistant, and telling the carer what became of their call for help. Claim, commit, do, record."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from api import clock, logs
from api.clients import rasa
from api.clients.rasa import BotUnavailable, Turn
from api.conversations import service
from api.conversations.models import Conversation, Message
from api.conversations.receiving import ask_for_nurse
from api.conversations.rules import Author, Mode
from api.database import transaction
from api.escalations import tasks
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import NOBODY_HAS_IT, State, TaskKind

LEASE = timedelta(seconds=12)  # Longer than a turn can take; after it another worker may answer.
ASKS_FOR_A_PERSON = "person_please"  # The assistant's intent in data/nlu/person_please.yml.
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """A message that is ours to answer."""

    conversation_id: UUID
    message_id: UUID
    body: str
    channel: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a question. `reply` is ours to deliver; `more`: the carer has said more since."""

    conversation: Conversation
    reply: Message | None
    more: bool


# A carer's messages that still need an answer, oldest first. Who said them is known, so nothing is joined.
_UNANSWERED = (
    select(Message)
    .options(lazyload(Message.person))
    .where(
        Message.conversation_id == bindparam("conversation"),
        Message.author == Author.CARER,
        Message.answered_at.is_(None),
    )
    .order_by(Message.seq)
)


async def next_question(conversation_id: UUID) -> Question | None:
    """Claim the oldest unanswered message. None: nothing to answer, or somebody is at it and will look again."""
    async with transaction() as session:
        conversation = await service.locked(session, conversation_id)
        waiting = (await session.execute(_UNANSWERED, {"conversation": conversation_id})).scalars().all()
        now = clock.now()
        if conversation.mode == Mode.PERSON:  # Taken over since: a person has these now.
            for message in waiting:
                message.answered_at = now
            return None
        if not waiting or (waiting[0].claimed_until and waiting[0].claimed_until > now):
            return None
        waiting[0].claimed_until = now + LEASE
        return Question(conversation_id, waiting[0].id, waiting[0].body, conversation.channel)


async def answer(question: Question) -> Answered:
    """Ask the assistant and record its answer, or the approved fallback."""
    try:
        turn: Turn | None = await rasa.ask(
            question.conversation_id, question.message_id, question.body, question.channel
        )
    except BotUnavailable as error:
        _log.warning("assistant_unavailable", conversation_id=str(question.conversation_id), why=str(error))
        turn = None
    async with transaction() as session:
        conversation = await service.locked(session, question.conversation_id)
        waiting = (await session.execute(_UNANSWERED, {"conversation": conversation.id})).scalars().all()
        message = next((one for one in waiting if one.id == question.message_id), None)
        # Not waiting any more: the lease ran out and somebody else answered.
        reply = await _record(session, conversation, message, turn) if message else None
        return Answered(conversation, reply, more=any(one is not message for one in waiting))


async def _record(
    session: AsyncSession, conversation: Conversation, message: Message, turn: Turn | None
) -> Message | None:
    message.answered_at = clock.now()
    if turn:
        message.understood = _understood(turn)
    if conversation.mode == Mode.PERSON:
        return None  # Taken over while the assistant was thinking: it stays silent.
    if turn is None or not turn.replies:
        if turn and turn.intent == ASKS_FOR_A_PERSON:  # Understood, but its action could not tell us.
            await ask_for_nurse(session, conversation, message, f"assistant:{turn.intent}")
            return None
        return await _fall_back(session, conversation)
    words, kind = "\n".join(turn.replies), f"assistant:{turn.intent}"
    return await service.say(session, conversation, words, kind, claimed=True)


def _understood(turn: Turn) -> dict[str, Any]:
    return {"intent": turn.intent, "confidence": turn.confidence, "ranking": [list(pair) for pair in turn.ranking]}


async def _fall_back(session: AsyncSession, conversation: Conversation) -> Message:
    await tasks.add(
        session,
        conversation.id,
        conversation.team_id,
        TaskKind.REPLY_BY_PERSON,
        "The assistant could not answer. Read and reply.",
    )
    return await service.say_approved(session, conversation, "assistant_unavailable", safety=True, claimed=True)


async def tell(conversation_id: UUID) -> None:
    """Say whatever the timeline says that this carer must hear, in order, unless it is no longer true."""
    async with transaction() as session:
        conversation = await service.locked(session, conversation_id)
        found = (
            select(TimelineEvent, Escalation)
            .join(Escalation, Escalation.id == TimelineEvent.escalation_id)
            .where(
                Escalation.conversation_id == conversation_id,
                TimelineEvent.tell.is_not(None),
                TimelineEvent.told_at.is_(None),
            )
            .order_by(TimelineEvent.seq)
        )
        for event, escalation in (await session.execute(found)).unique().all():
            event.told_at = clock.now()
            if event.tell and _still_true(event.tell, escalation.state):
                await _tell(session, conversation, escalation, event)


def _still_true(reply: str, state: str) -> bool:
    if reply in ("not_reached_yet", "nobody_reached"):
        return state in NOBODY_HAS_IT
    return reply != "accepted" or state in (State.ACCEPTED, State.CONTACTED)


async def _tell(
    session: AsyncSession, conversation: Conversation, escalation: Escalation, event: TimelineEvent
) -> None:
    if conversation.opted_out_at:
        reason = "Takes no texts and could not be told how things stand: ring."
        await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason, escalation.priority)
        return
    places: dict[str, str] = {name: str(event.detail[name]) for name in ("nurse", "time") if name in event.detail}
    await service.say_approved(session, conversation, event.tell or "", safety=True, alone=True, places=places)


async def unanswered() -> set[UUID]:
    """Conversations with an unanswered message that nobody is working on."""
    now = clock.now()
    found = select(Message.conversation_id).where(
        Message.author == Author.CARER,
        Message.answered_at.is_(None),
        Message.at < now - timedelta(seconds=2),  # The wake-up comes first; this is for lost ones.
        or_(Message.claimed_until.is_(None), Message.claimed_until <= now),
    )
    async with transaction() as session:
        return set((await session.execute(found)).scalars())


async def untold() -> set[UUID]:
    """Conversations whose carer has not yet heard what the timeline says that they must."""
    found = (
        select(Escalation.conversation_id)
        .join(TimelineEvent, TimelineEvent.escalation_id == Escalation.id)
        .where(TimelineEvent.tell.is_not(None), TimelineEvent.told_at.is_(None))
    )
    async with transaction() as session:
        return set((await session.execute(found)).scalars())
