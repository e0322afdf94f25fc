"""Asking the assistant, and telling the carer what became of their call for help. Claim, commit, do, record."""

from asyncio import Semaphore
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, settings
from api.clients import rasa
from api.clients.rasa import BotUnavailable, Turn
from api.conversations import (
    asking,
    guiding,
    places,
    questions,
    saying,
    service,
    signposting,
    switched,
    telling,
)
from api.conversations.languages import service as languages
from api.conversations.models import Conversation, Message
from api.conversations.receiving import ask_for_nurse
from api.conversations.rules import CHEERFUL, QUESTION, Author, Mode
from api.database import single, transaction
from api.directory.rules import Need
from api.escalations import tasks
from api.escalations.rules import TaskKind
from api.switches import service as switches
from api.switches.rules import is_people_only

LEASE = timedelta(seconds=12)  # Longer than a turn can take; after it another worker may answer.
ASKS_FOR_A_PERSON = "person_please"  # The assistant's intent in data/nlu/person_please.yml.
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """A message that is ours to answer. `asked`: the questions after a danger that are open, if any."""

    conversation_id: UUID
    message_id: UUID
    body: str
    channel: str
    asked: dict[str, Any] | None
    need: Need | None  # It says where the carer is, which was asked for this need.
    guide_open: bool  # The last that the carer heard before it was a guide's question.
    people_only: bool  # The team has switched the assistant off.


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a question. `reply`, and `then`, are ours to deliver; `more`: the carer has said more since."""

    conversation: Conversation
    reply: Message | None
    more: bool
    then: Message | None = None


# What every turn needs is put together once, on plain tables: that takes as long as running it.
_messages: Any = Message.__table__
_conversations: Any = Conversation.__table__
_other = _messages.alias()
_ASKED_FOR = ("channel", "questions", "place_asked_for", "team_id")


def _unanswered(messages: Any) -> tuple[ColumnElement[bool], ...]:
    mine = messages.c.conversation_id == bindparam("conversation")
    return mine, messages.c.author == Author.CARER, messages.c.answered_at.is_(None)


_oldest = select(_other.c.id).where(*_unanswered(_other)).order_by(_other.c.seq).limit(1)
_another_waits = select(1).where(*_unanswered(_other), _other.c.id != bindparam("message")).exists()
# Takes the oldest message that needs an answer, if the assistant is to give it and nobody is at it.
_CLAIM = (
    update(_messages)
    .where(
        _messages.c.id == _oldest.scalar_subquery(),
        or_(_messages.c.claimed_until.is_(None), _messages.c.claimed_until <= bindparam("now")),
        _conversations.c.id == _messages.c.conversation_id,
        _conversations.c.mode == Mode.ASSISTANT,
    )
    .values(claimed_until=bindparam("until"))
    .returning(_messages.c.id, _messages.c.body, *(_conversations.c[name] for name in _ASKED_FOR))
)
# A person has taken over, and has all these to read.
_LEAVE_TO_PERSON = (
    update(_messages)
    .where(
        *_unanswered(_messages),
        _conversations.c.id == _messages.c.conversation_id,
        _conversations.c.mode == Mode.PERSON,
    )
    .values(answered_at=bindparam("now"))
)
# Notes that a message is answered, unless somebody else has done so, and says whether another one waits.
_ANSWER = (
    update(_messages)
    .where(_messages.c.id == bindparam("message"), _messages.c.answered_at.is_(None))
    .values(answered_at=bindparam("now"), understood=bindparam("how", type_=_messages.c.understood.type))
    .returning(_another_waits)
)


async def answer_next(conversation_id: UUID) -> Answered | None:
    """Answer the oldest message that waits. None: nothing does, or somebody is at it and will look again.

    Only so many at a time: Rasa answers one after another, and those that wait inside it make all the others slower.
    """
    async with _places():
        question = await _next_question(conversation_id)
        return await _answer(question) if question else None


@cache
def _places() -> Semaphore:
    return Semaphore(settings.get().bot_at_once)


async def _next_question(conversation_id: UUID) -> Question | None:
    async with single() as session:
        now = clock.now()
        where = {"conversation": conversation_id, "now": now, "until": now + LEASE}
        found = (await session.execute(_CLAIM, where)).one_or_none()
        if found is None:
            await session.execute(_LEAVE_TO_PERSON, {"conversation": conversation_id, "now": now})
            return None
        asked = found.questions if found.questions and found.questions["put"] else None
        guide_open = await guiding.is_open(session, conversation_id)
        wanted = found.body, found.place_asked_for  # A guide may ask for the place, too; then it is told to the guide.
        need = None if asked or guide_open else await places.need_of(session, conversation_id, *wanted)
        silent = is_people_only(await switches.on(session, found.team_id), found.channel)
        return Question(conversation_id, found.id, found.body, found.channel, asked, need, guide_open, silent)


async def _turn(question: Question) -> Turn | None:
    """What the assistant says. None: it does not answer."""
    try:
        dialogue = questions.dialogue(question.conversation_id, question.asked)
        return await rasa.ask(
            dialogue, question.message_id, question.body, question.channel, guide_open=question.guide_open
        )
    except BotUnavailable as error:
        _log.warning("assistant_unavailable", conversation_id=str(question.conversation_id), why=str(error))
        return None


async def _answer(question: Question) -> Answered:
    """Ask the assistant and record its answer, or the approved fallback. A place is read here, without it."""
    turn = await _turn(question) if question.need is None and not question.people_only else None
    async with transaction() as session:
        conversation = await service.locked(session, question.conversation_id)
        ids = {"message": question.message_id, "conversation": conversation.id}
        noted = {**ids, "now": clock.now(), "how": _understood(turn) if turn else None}
        found = (await session.execute(_ANSWER, noted)).one_or_none()
        if found is None:
            return Answered(conversation, None, more=True)  # The lease ran out and somebody else answered.
        if turn and turn.intent == languages.ASKS_FOR_ONE:
            languages.note_asked(session, conversation, question.body)
        reply = then = None
        if conversation.mode == Mode.PERSON:
            pass  # Taken over meanwhile: the assistant stays silent.
        elif question.asked:
            reply = await _next_topic(session, conversation, turn)
        elif question.need is not None:
            reply = await signposting.answer_place(session, conversation, question.body, question.need)
        elif turn and turn.guide:
            reply, then = await guiding.say(session, conversation, turn)
        else:
            reply = await _reply(session, conversation, question.message_id, turn)
            then = await saying.second(session, conversation, turn) if reply and turn else None
        return Answered(conversation, reply, more=found[0], then=then)


async def _reply(
    session: AsyncSession, conversation: Conversation, message_id: UUID, turn: Turn | None
) -> Message | None:
    if turn is None or not turn.replies:
        if turn and turn.intent == ASKS_FOR_A_PERSON:  # Understood, but its action could not tell us.
            message = await service.message(session, message_id)
            await ask_for_nurse(session, conversation, message, f"assistant:{turn.intent}")
            return None
        return await _fall_back(session, conversation)
    if conversation.died_at is not None and turn.intent in CHEERFUL:
        return await service.say_approved(session, conversation, "after_death", claimed=True)
    return await saying.first(session, conversation, turn)


async def _next_topic(session: AsyncSession, conversation: Conversation, turn: Turn | None) -> Message | None:
    """The next of the questions after a danger. When there is none, or no assistant, the carer hears how it stands."""
    if turn and turn.replies:
        return await service.say(session, conversation, "\n".join(turn.replies), QUESTION, claimed=True)
    questions.end(conversation)
    if not await questions.how_it_stands(session, conversation):
        await service.say_approved(session, conversation, "noted")
    return None


async def begin_questions(conversation_id: UUID) -> Message | None:
    """Put the first of the questions after a danger. Where the assistant is silent nothing is asked."""
    async with transaction() as session:
        conversation = await service.get(session, conversation_id)
        wanted = conversation.questions
    if not wanted or wanted["put"]:
        return None
    try:
        dialogue = questions.dialogue(conversation_id, wanted)
        turn = await rasa.ask(dialogue, f"begin:{wanted['escalation']}", "", conversation.channel, wanted["topics"])
        replies = turn.replies
    except BotUnavailable as error:
        _log.warning("assistant_unavailable", conversation_id=str(conversation_id), why=str(error))
        replies = ()
    async with transaction() as session:
        conversation = await service.locked(session, conversation_id)
        if conversation.questions != wanted:
            return None  # Somebody else was quicker.
        silent = await switched.keeps_assistant_silent(session, conversation)
        if silent or not replies or not questions.may_be_asked(conversation):
            questions.end(conversation)
            return None
        conversation.questions = {**wanted, "put": True}
        return await service.say(session, conversation, "\n".join(replies), QUESTION, claimed=True)


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
    """Say whatever the timeline says that this carer must hear."""
    async with transaction() as session:
        await telling.tell_due(session, await service.locked(session, conversation_id))


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
    async with transaction() as session:
        return await telling.untold(session)


async def page_for_ask(conversation_id: UUID) -> None:
    """Page a nurse for a question that nobody has answered, if its time is up."""
    async with transaction() as session:
        await asking.page_if_due(session, await service.locked(session, conversation_id))


async def asks_due() -> set[UUID]:
    """Conversations whose question has gone unanswered for too long."""
    async with transaction() as session:
        return await asking.due(session)


async def unput_questions() -> set[UUID]:
    """Conversations whose first question is still to be put."""
    async with transaction() as session:
        return await questions.unput(session)
