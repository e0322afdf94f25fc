"""What stands on a sheet: the facts of a night as plain data, so that they can be frozen.

A part of the service, apart for its size. Times are ISO 8601 in UTC. Nothing here is put into words: that is done when
it is shown, always in the same way.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Mode
from api.escalations import tasks
from api.escalations.models import Escalation, Found, TimelineEvent
from api.escalations.rules import ALARMS, Event
from api.people.models import Person, Team
from api.switches.models import SwitchSet
from api.triage.rules import Priority

type Facts = dict[str, Any]


async def gather(session: AsyncSession, team: Team, from_at: datetime, until_at: datetime) -> Facts:
    """Everything that the day team must know of this time."""
    return {
        "team": team.name,
        "escalations": await _escalations(session, team.id, from_at, until_at),
        "conversations": await _conversations(session, team.id),
        "others": await _others(session, team.id, from_at),
        "tasks": await _tasks(session, team.id, until_at),
        "deaths": await _deaths(session, team.id, from_at, until_at),
        "switches": await _switches(session, team.id, from_at, until_at),
    }


async def _escalations(session: AsyncSession, team_id: UUID, from_at: datetime, until_at: datetime) -> list[Facts]:
    """Every call for help that was open at any moment of it, the most urgent first."""
    found = (
        select(Escalation, Conversation.channel)
        .join(Conversation, Conversation.id == Escalation.conversation_id)
        .where(Escalation.team_id == team_id, Escalation.raised_at < until_at)
        .where(or_(Escalation.resolved_at.is_(None), Escalation.resolved_at >= from_at))
    )
    rows = [(one, channel) for one, channel in (await session.execute(found)).unique().all()]
    ids = [one.id for one, _ in rows]
    said, events = await _said(session, ids), await _events(session, ids)
    rows.sort(key=lambda row: (Priority(row[0].priority).rank, row[0].raised_at))
    return [_escalation(one, channel, said[one.id], events[one.id]) for one, channel in rows]


def _escalation(one: Escalation, channel: str, said: Sequence[Facts], events: Sequence[TimelineEvent]) -> Facts:
    ended = next((event.detail for event in reversed(events) if event.kind == Event.RESOLVED), {})
    told = any(event.kind == Event.RESOLVED and event.told_at for event in events)
    return {
        "id": str(one.id),
        "priority": one.priority,
        "category": one.category,
        "channel": channel,
        "state": one.state,
        "raised_at": _iso(one.raised_at),
        "said": list(said),
        "nurse": one.accepted_by.name if one.accepted_by else None,
        "accepted_at": _iso(one.accepted_at),
        "contacted_at": _iso(one.contacted_at),
        "resolved_at": _iso(one.resolved_at),
        "outcome": one.outcome,
        "note": ended.get("note", ""),
        "safety_net": _net(ended),
        "carer_told": told,
        "alarms": [_alarm(event) for event in events if event.kind in ALARMS],
    }


def _net(ended: Facts) -> str:
    """What the carer was told to watch for, when to come back, and whom to ring; empty when nothing was noted."""
    if "watch_for" not in ended:
        return ""
    return f"watch for {ended['watch_for']}; come back if {ended['come_back']}; ring {ended['number']}."


def _alarm(event: TimelineEvent) -> Facts:
    return {**event.detail, "at": _iso(event.at), "kind": event.kind}


async def _said(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[Facts]]:
    """The carer's messages in which a danger was recognised, in their order, each once."""
    found = (
        select(Found.escalation_id, Message.seq, Message.at, Message.body)
        .join(Message, Message.id == Found.message_id)
        .where(Found.escalation_id.in_(ids))
        .distinct()
        .order_by(Message.seq)
    )
    grouped: dict[UUID, list[Facts]] = defaultdict(list)
    for escalation_id, _, at, body in await session.execute(found):
        grouped[escalation_id].append({"at": _iso(at), "words": body})
    return grouped


async def _events(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[TimelineEvent]]:
    found = select(TimelineEvent).where(TimelineEvent.escalation_id.in_(ids)).order_by(TimelineEvent.seq)
    grouped: dict[UUID, list[TimelineEvent]] = defaultdict(list)
    for event in (await session.execute(found)).scalars():
        grouped[event.escalation_id].append(event)
    return grouped


async def _conversations(session: AsyncSession, team_id: UUID) -> list[Facts]:
    """The conversations that a person holds: the day team takes them on or hands them back."""
    newest = (
        select(Message.author)
        .where(Message.conversation_id == Conversation.id)
        .order_by(Message.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = select(Conversation, newest).where(
        Conversation.team_id == team_id, Conversation.closed_at.is_(None), Conversation.mode == Mode.PERSON
    )
    return [
        {
            "id": str(one.id),
            "channel": one.channel,
            "held_by": one.held_by.name if one.held_by else None,
            "heard_at": _iso(one.last_message_at),
            "carer_waits": author == Author.CARER,
        }
        for one, author in (await session.execute(found.order_by(Conversation.last_message_at))).unique().all()
    ]


async def _others(session: AsyncSession, team_id: UUID, from_at: datetime) -> list[Facts]:
    """The other conversations of the night that are still open: the assistant answers there."""
    found = select(Conversation.id, Conversation.channel, Conversation.last_message_at).where(
        Conversation.team_id == team_id,
        Conversation.closed_at.is_(None),
        Conversation.mode == Mode.ASSISTANT,
        Conversation.last_message_at >= from_at,
    )
    rows = await session.execute(found.order_by(Conversation.last_message_at))
    return [{"id": str(row_id), "channel": channel, "heard_at": _iso(at)} for row_id, channel, at in rows]


async def _tasks(session: AsyncSession, team_id: UUID, until_at: datetime) -> list[Facts]:
    """What is not done, the most urgent and then the longest due first."""
    open_ones = await tasks.open_of_team(session, team_id)
    takers = {task.taken_by_id for task in open_ones if task.taken_by_id}
    found = await session.execute(select(Person.id, Person.name).where(Person.id.in_(takers)))
    names: dict[UUID, str] = {row.id: row.name for row in found}
    return [
        {
            "id": str(task.id),
            "kind": task.kind,
            "priority": task.priority,
            "reason": task.reason,
            "due_at": _iso(task.due_at),
            "late": task.due_at <= until_at,
            "tries": task.tries,
            "taken_by": names.get(task.taken_by_id) if task.taken_by_id else None,
        }
        for task in sorted(open_ones, key=lambda task: (Priority(task.priority).rank, task.due_at))
    ]


async def _deaths(session: AsyncSession, team_id: UUID, from_at: datetime, until_at: datetime) -> list[Facts]:
    found = select(Conversation).where(
        Conversation.team_id == team_id, Conversation.died_at >= from_at, Conversation.died_at < until_at
    )
    rows = (await session.execute(found.order_by(Conversation.died_at))).unique().scalars()
    return [{"id": str(one.id), "at": _iso(one.died_at), "channel": one.channel} for one in rows]


async def _switches(session: AsyncSession, team_id: UUID, from_at: datetime, until_at: datetime) -> list[Facts]:
    """What was switched on at any moment of it."""
    found = select(SwitchSet).where(
        SwitchSet.team_id == team_id,
        SwitchSet.set_at < until_at,
        or_(SwitchSet.ended_at.is_(None), SwitchSet.ended_at >= from_at),
    )
    return [
        {
            "kind": row.kind,
            "reason": row.reason,
            "set_at": _iso(row.set_at),
            "ends_at": _iso(row.ended_at or row.ends_at),
            "on": row.ended_at is None and row.ends_at > until_at,
        }
        for row in (await session.execute(found.order_by(SwitchSet.set_at))).scalars()
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
