"""Alarms that nobody has acknowledged yet: what went wrong with a page. A part of the service of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live
from api.audit import service as audit
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import ALARMS
from api.people.models import Person

_UNSEEN = (TimelineEvent.kind.in_(ALARMS), TimelineEvent.seen_at.is_(None))


@dataclass(frozen=True, slots=True)
class Unseen:
    """Alarms that nobody has acknowledged, each with its call's priority and category; `more`: calls with others.

    The call with the newest alarm comes first, and of each call its newest.
    """

    alarms: Sequence[tuple[TimelineEvent, str, str]] = ()
    more: int = 0


async def unseen(session: AsyncSession, team_id: UUID, calls: int) -> Unseen:
    """All that nobody has acknowledged of so many of a team's calls: those with the newest alarms."""
    newest = func.max(TimelineEvent.seq)
    first = (
        select(TimelineEvent.escalation_id, newest.label("newest"), func.count().over().label("calls"))
        .join(Escalation, Escalation.id == TimelineEvent.escalation_id)
        .where(Escalation.team_id == team_id, *_UNSEEN)
        .group_by(TimelineEvent.escalation_id)
        .order_by(newest.desc())
        .limit(calls)
        .subquery()
    )
    found = (
        select(TimelineEvent, Escalation.priority, Escalation.category, first.c.calls)
        .join(first, first.c.escalation_id == TimelineEvent.escalation_id)
        .join(Escalation, Escalation.id == TimelineEvent.escalation_id)
        .where(*_UNSEEN)
        .order_by(first.c.newest.desc(), TimelineEvent.seq.desc())
    )
    rows = (await session.execute(found)).all()
    more = max(0, rows[0].calls - calls) if rows else 0
    return Unseen([(event, priority, category) for event, priority, category, _ in rows], more)


async def acknowledge(session: AsyncSession, escalation_id: UUID, person: Person, up_to: int) -> int:
    """This person has seen the alarms of one escalation up to a line of its timeline. Returns how many were new.

    What went wrong after the page was read stays, because nobody has seen it.
    """
    seen = (
        update(TimelineEvent)
        .where(
            TimelineEvent.escalation_id == escalation_id,
            TimelineEvent.kind.in_(ALARMS),
            TimelineEvent.seen_at.is_(None),
            TimelineEvent.seq <= up_to,
        )
        .values(seen_at=clock.now(), seen_by_id=person.id)
        .returning(TimelineEvent.seq)
    )
    lines = (await session.execute(seen)).scalars().all()
    if lines:
        audit.record(session, person.actor, "acknowledged", "escalation", escalation_id, lines=len(lines))
        await live.changed(session, live.BOARD)
    return len(lines)
