"""Alarms that nobody has acknowledged yet: what went wrong with a page. A part of the service of its own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live
from api.audit import service as audit
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import ALARMS
from api.people.models import Person


async def unseen(session: AsyncSession, team_id: UUID) -> Sequence[tuple[TimelineEvent, str, str]]:
    """A team's alarms that nobody has acknowledged, the newest first, each with its priority and category."""
    found = (
        select(TimelineEvent, Escalation.priority, Escalation.category)
        .join(Escalation, Escalation.id == TimelineEvent.escalation_id)
        .where(Escalation.team_id == team_id, TimelineEvent.kind.in_(ALARMS), TimelineEvent.seen_at.is_(None))
        .order_by(TimelineEvent.seq.desc())
    )
    return [(event, priority, category) for event, priority, category in (await session.execute(found)).all()]


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
