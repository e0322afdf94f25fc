"""A sheet at the end of each night, and a reminder when nobody has read it."""

from uuid import UUID

from sqlalchemy import select

from api import queue, settings
from api.database import transaction
from api.handovers import service
from api.paging import notes
from api.people.models import Team
from api.rota.rules import Rung


async def sweep() -> None:
    """Make what is due, and remind of what is unread. One team's fault, such as an unusable file, holds up no other."""
    async with transaction() as session:
        teams = (await session.execute(select(Team.id))).scalars().all()
    await queue.each(_make, teams)
    async with transaction() as session:
        for handover in await service.claim_unread(session):
            team = await session.get_one(Team, handover.team_id)
            known = service.plan(team.code)
            link = f"{settings.get().public_url}/console/handovers/{handover.id}"
            await notes.tell_on_duty(session, team.id, known.tell if known else Rung.LEAD, "handover_unread", link=link)


async def _make(team_id: str) -> None:
    async with transaction() as session:
        await service.make_due(session, await session.get_one(Team, UUID(team_id)))
