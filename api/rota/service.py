"""Asking the rota who is on call."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.people.models import Person
from api.rota.models import Duty


async def on_call(session: AsyncSession, team_id: UUID, at: datetime) -> dict[str, list[Person]]:
    """Everybody on duty at that moment, by rung. A rung that nobody holds is missing."""
    found = (
        select(Duty)
        .where(Duty.team_id == team_id, Duty.starts_at <= at, or_(Duty.ends_at.is_(None), Duty.ends_at > at))
        .order_by(Duty.starts_at, Duty.id)
    )
    rungs: dict[str, list[Person]] = defaultdict(list)
    for duty in (await session.execute(found)).scalars():
        if duty.person.active:
            rungs[duty.rung].append(duty.person)
    return dict(rungs)
