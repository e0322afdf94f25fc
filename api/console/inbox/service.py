"""Gathering a page of a team's conversations, in one question to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from api import sealed_columns
from api.console.inbox.rules import PAGE, Asked, Show
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Mode
from api.escalations.models import Escalation, Task
from api.escalations.rules import NOBODY_HAS_IT, State, TaskKind
from api.people.models import Person

_newest = (
    select(Message.body, Message.author, Message.at, Message.media_count)
    .where(Message.conversation_id == Conversation.id)
    .order_by(Message.seq.desc())
    .limit(1)
    .correlate(Conversation)
    .lateral("newest")
)
_task_waits = (
    select(Task.id)
    .where(Task.conversation_id == Conversation.id, Task.done_at.is_(None), Task.kind != TaskKind.REFERRAL)
    .exists()
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One conversation with its newest message (empty fields: there is none) and its open escalation."""

    conversation: Conversation
    escalation: Escalation | None
    task_waits: bool
    body: str | None
    author: str | None
    at: datetime | None
    media_count: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `more`: there are older ones."""

    rows: Sequence[Listed]
    more: bool


async def find(session: AsyncSession, person: Person, asked: Asked) -> Found:
    """A page of this person's team's conversations: those first from whose carer we heard last."""
    wanted = _question().where(Conversation.team_id == person.team_id, *_filters(person, asked))
    if asked.digits:
        wanted = wanted.where(Conversation.id.in_(await _with_number(session, person, asked.digits)))
    if asked.before is not None:
        wanted = wanted.where(tuple_(Conversation.last_message_at, Conversation.id) < tuple_(*asked.before))
    newest_first = wanted.order_by(Conversation.last_message_at.desc(), Conversation.id.desc()).limit(PAGE + 1)
    found = (await session.execute(newest_first)).unique().all()
    rows = [Listed(*row) for row in found]
    return Found(rows[:PAGE], len(rows) > PAGE)


async def _with_number(session: AsyncSession, person: Person, digits: str) -> list[UUID]:
    """The team's conversations whose number ends in these digits. Numbers are sealed: only short ends are searched."""
    found = select(Conversation.id, Conversation.contact_number).where(
        Conversation.team_id == person.team_id, sealed_columns.ends_in(Conversation.contact_number, digits)
    )
    return [row.id for row in await session.execute(found) if row.contact_number.endswith(digits)]


def _question() -> Select[Conversation, Escalation, bool, str, str, datetime, int]:
    newest = _newest.c
    open_one = and_(Escalation.conversation_id == Conversation.id, Escalation.state != State.RESOLVED)
    return (
        select(Conversation, Escalation, _task_waits, newest.body, newest.author, newest.at, newest.media_count)
        .outerjoin(Escalation, open_one)
        .outerjoin(_newest, true())
        .options(joinedload(Conversation.held_by).lazyload(Person.team))
    )


def _filters(person: Person, asked: Asked) -> list[ColumnElement[bool]]:
    found = [_shown(person, asked.show)]
    if asked.channel:
        found.append(Conversation.channel == asked.channel)
    if asked.danger:
        found.append(Escalation.id.is_not(None))
    if asked.words:
        said = Message.words.op("@@")(func.websearch_to_tsquery("english", asked.words))
        found.append(Conversation.id.in_(select(Message.conversation_id).where(said)))
    return found


def _shown(person: Person, show: Show) -> ColumnElement[bool]:
    if show == Show.CLOSED:
        return Conversation.closed_at.is_not(None)
    is_open = Conversation.closed_at.is_(None)
    held = Conversation.mode == Mode.PERSON
    if show == Show.MINE:
        return and_(is_open, held, Conversation.held_by_id == person.id)
    if show == Show.WAITING:
        unheard = and_(held, _newest.c.author == Author.CARER)
        return and_(is_open, or_(Escalation.state.in_(NOBODY_HAS_IT), _task_waits, unheard))
    return is_open


async def left(session: AsyncSession, person: Person) -> int:
    """How many of the team's carers wait for somebody who took over and does not write."""
    found = select(func.count()).where(
        Conversation.team_id == person.team_id,
        Conversation.mode == Mode.PERSON,
        Conversation.left_at.is_not(None),
        Conversation.closed_at.is_(None),
    )
    return (await session.execute(found)).scalar_one()
