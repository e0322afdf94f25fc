"""Gathers what is known of one carer, on whichever channel the same number wrote, before they are asked anything."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clients.carrier import Delivery
from api.conversations import asking, rules
from api.conversations.aftercare.files.service import Aftercare
from api.conversations.aftercare.models import SurveyAnswer
from api.conversations.aftercare.rules import Carer, asks, is_understood
from api.conversations.models import Ask, Conversation, Message
from api.conversations.rules import Author, Channel, Mode, assistant_kind
from api.escalations import lifting
from api.escalations.models import Escalation, Fact, Found, Task, TaskEvent, TimelineEvent
from api.escalations.rules import State
from api.switches import service as switches

ASKED_ON = (Channel.SMS, Channel.WEB)


class Said(NamedTuple):
    """The newest thing that a carer heard: its kind, its words and how far it came."""

    kind: str | None
    body: str
    delivery: str | None


async def last(session: AsyncSession, conversation_id: UUID) -> Said | None:
    """What a carer heard last, from us or from anybody. None: nothing yet."""
    found = select(Message.kind, Message.body, Message.delivery).where(
        Message.conversation_id == conversation_id,
        Message.author != Author.CARER,
        or_(Message.delivery.is_(None), Message.delivery != Delivery.WITHDRAWN),
    )
    row = (await session.execute(found.order_by(Message.seq.desc()).limit(1))).one_or_none()
    return Said(*row) if row else None


async def gather(session: AsyncSession, conversation: Conversation, file: Aftercare) -> Carer:
    """What is known of this carer now. The conversation must be held."""
    theirs = await _conversations(session, conversation)
    ids = [one.id for one in theirs]
    messages = (await session.execute(select(Message).where(Message.conversation_id.in_(ids)))).unique().scalars().all()
    calls = (await session.execute(select(Escalation).where(Escalation.conversation_id.in_(ids)))).unique().scalars()
    open_calls, ended = _parted([(one.state == State.RESOLVED, one.resolved_at) for one in calls])
    done = await session.execute(select(Task.done_at).where(Task.conversation_id.in_(ids)))
    open_tasks, finished = _parted([(at is not None, at) for at in done.scalars()])
    asked = select(func.max(SurveyAnswer.asked_at)).where(SurveyAnswer.conversation_id.in_(ids))
    return Carer(
        there=_is_there(conversation),
        still_since=max([one.at for one in messages] + ended + finished, default=conversation.opened_at),
        asked_at=(await session.execute(asked)).scalar_one(),
        opted_out=any(one.opted_out_at for one in theirs),
        died=any(one.died_at for one in theirs),
        watched=any([await asking.watched(session, one) for one in ids]),
        never_after=_is_heard(messages, file) or await _is_found(session, ids, file),
        held=any(one.mode == Mode.PERSON and one.closed_at is None for one in theirs),
        call_open=open_calls,
        task_open=open_tasks,
        question_open=await _is_asked(session, conversation, messages),
        switched=bool(await switches.on(session, conversation.team_id)),
    )


async def _conversations(session: AsyncSession, conversation: Conversation) -> Sequence[Conversation]:
    """Every conversation of the same carer: at the same address, open or not, and with the same number to ring."""
    numbers = await lifting.same_carer(session, conversation.id)
    here = and_(Conversation.channel == conversation.channel, Conversation.address == conversation.address)
    found = select(Conversation).where(or_(Conversation.id.in_(numbers), here))
    return (await session.execute(found)).unique().scalars().all()


def _is_there(conversation: Conversation) -> bool:
    is_reached = conversation.channel in ASKED_ON and not rules.is_withheld(conversation.address)
    return is_reached and conversation.closed_at is None


def _parted(rows: Sequence[tuple[bool, datetime | None]]) -> tuple[bool, list[datetime]]:
    """Whether one of these is open, and when the others ended."""
    return any(not is_over for is_over, _ in rows), [at for is_over, at in rows if is_over and at]


def _is_heard(messages: Sequence[Message], file: Aftercare) -> bool:
    """Whether anything was written, or understood, after which nobody is asked. Our approved words are not meant."""
    never = file.never_after
    answered = {assistant_kind(intent) for intent in never.intents}
    return any(
        (one.author != Author.NIGHTLIGHT and never.words.search(one.body))
        or is_understood(one.understood, never)
        or (one.kind or "").removesuffix(":place") in answered
        for one in messages
    )


async def _is_found(session: AsyncSession, ids: Sequence[UUID], file: Aftercare) -> bool:
    """Whether a danger was heard, or a note written, after which nobody is asked."""
    never = file.never_after
    on_call = Escalation.conversation_id.in_(ids)
    found = select(Found.category).join(Escalation, Escalation.id == Found.escalation_id).where(on_call)
    categories = set((await session.execute(found)).scalars())
    asked = await session.execute(select(Ask.heard).where(Ask.conversation_id.in_(ids)))
    categories |= {danger["category"] for heard in asked.scalars() for danger in heard["dangers"]}
    if categories & never.categories:
        return True
    return any(never.words.search(note) for note in await _notes(session, on_call, Task.conversation_id.in_(ids)))


async def _notes(session: AsyncSession, on_call: ColumnElement[bool], on_task: ColumnElement[bool]) -> list[str]:
    """What staff wrote about a carer: on calls for help, facts and tasks."""
    wanted: list[Any] = [
        select(TimelineEvent.detail["note"].astext).join(Escalation).where(on_call),
        select(Fact.words).join(Escalation, Escalation.id == Fact.escalation_id).where(on_call),
        select(TaskEvent.detail["note"].astext).join(Task).where(on_task),
    ]
    return [note for one in wanted for note in (await session.execute(one)).scalars() if note]


async def _is_asked(session: AsyncSession, conversation: Conversation, messages: Sequence[Message]) -> bool:
    """Whether something else is asked, or a message of theirs has no answer yet."""
    heard = await last(session, conversation.id)
    waits = any(one.author == Author.CARER and one.answered_at is None for one in messages)
    asked = conversation.questions or conversation.place_asked_for or (heard and asks(heard.body))
    return bool(asked) or waits or await asking.open_ask(session, conversation.id) is not None
