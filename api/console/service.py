"""What every page of the console looks out for: the team's open calls for help, and what of them is news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations.models import Conversation
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import NOBODY_HAS_IT, Event, State
from api.people.models import Person
from api.switches import service as switches
from api.switches.rules import TITLES
from api.triage import service as triage
from api.triage.rules import Priority

LIVE = ("waiting", "switches")  # The parts that every page which follows what happens has.
SHOWN_AFTER = timedelta(hours=1)  # For which a switch that has ended is still told of.
ASKED = (Event.RAISED, Event.WORSE, Event.CANNOT_WAIT)  # From the newest of these the clocks run: it was paged anew.


@dataclass(frozen=True, slots=True)
class Call:
    """One open call for help as far as one line needs it. `due`: when it is late."""

    id: UUID
    conversation_id: UUID
    priority: str
    category: str
    state: str
    channel: str
    asked_at: datetime
    holder: str | None
    due: datetime | None

    @property
    def nobody_has_it(self) -> bool:
        """Whether somebody is still to accept it."""
        return self.state in NOBODY_HAS_IT


@dataclass(frozen=True, slots=True)
class Banner:
    """A switch that is on, or that ended by itself a short while ago. `at`: when it ends or ended."""

    title: str
    reason: str
    at: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many calls nobody has, how many are past their target, a word for each that is news or late; and switches."""

    count: int
    late: int
    news: tuple[str, ...]
    banners: tuple[Banner, ...] = ()


def due_at(priority: str, state: str, asked_at: datetime, contact_by: datetime | None) -> datetime | None:
    """By when this must be accepted, or the carer spoken with; None once that is done."""
    if state in NOBODY_HAS_IT:
        return asked_at + triage.protocol().targets[Priority(priority)].accept_within
    return contact_by if state == State.ACCEPTED else None


async def calls(session: AsyncSession, team_id: UUID) -> list[Call]:
    """A team's open calls: the most urgent first, of these what nobody has, of these whoever has waited longest."""
    one = Escalation
    # Looked up call by call: joined to a table of all of them, PostgreSQL goes through that table once for each call.
    asked = (
        select(func.max(TimelineEvent.at))
        .where(TimelineEvent.escalation_id == one.id, TimelineEvent.kind.in_(ASKED))
        .scalar_subquery()
    )
    found = (
        select(one.id, one.conversation_id, one.priority, one.category, one.state, Conversation.channel)
        .add_columns(func.coalesce(asked, one.raised_at).label("asked_at"), Person.name.label("holder"), one.contact_by)
        .join(Conversation, Conversation.id == one.conversation_id)
        .outerjoin(Person, Person.id == one.accepted_by_id)
        .where(one.team_id == team_id, one.state != State.RESOLVED)
    )
    return sorted((_call(row) for row in await session.execute(found)), key=_place)


def _call(row: Row[Any]) -> Call:
    due = due_at(row.priority, row.state, row.asked_at, row.contact_by)
    return Call(
        row.id, row.conversation_id, row.priority, row.category, row.state, row.channel, row.asked_at, row.holder, due
    )


def _place(call: Call) -> tuple[int, bool, datetime]:
    return Priority(call.priority).rank, not call.nobody_has_it, call.asked_at


def news_of(open_calls: Sequence[Call], now: datetime, banners: tuple[Banner, ...] = ()) -> Waiting:
    """What there is to look up for. A new word means that something is new, or has become late."""
    late = [_is_late(call, now) for call in open_calls]
    looked_for = [
        (call, is_late) for call, is_late in zip(open_calls, late, strict=True) if call.nobody_has_it or is_late
    ]
    words = tuple(f"{one.id}:{one.priority}:{one.state}{':late' * is_late}" for one, is_late in looked_for)
    return Waiting(sum(call.nobody_has_it for call, _ in looked_for), sum(late), words, banners)


def _is_late(call: Call, now: datetime) -> bool:
    return call.due is not None and call.due < now


async def waiting(session: AsyncSession, team_id: UUID, with_calls: bool = True) -> Waiting:
    """What every page shows beside its menu. `with_calls`: calls for help, too, if they look after carers."""
    found = await calls(session, team_id) if with_calls else ()
    return news_of(found, clock.now(), await banners(session, team_id))


async def banners(session: AsyncSession, team_id: UUID) -> tuple[Banner, ...]:
    """The team's switches that are on, and those that ended by themselves a short while ago."""
    on = (await switches.on(session, team_id)).values()
    over = await switches.lately(session, team_id, clock.now() - SHOWN_AFTER)
    by_itself = [row for row in over if row.ended_by == switches.JOB]
    shown = [(row, row.ends_at, False) for row in on] + [(row, row.ends_at, True) for row in by_itself]
    return tuple(Banner(TITLES[row.kind], row.reason, clock.uk_time(at), ended) for row, at, ended in shown)
