"""Deciding what is reviewed and asking people for it, team by team."""

from uuid import UUID

from sqlalchemy import select

from api import queue
from api.database import transaction
from api.people.models import Team
from api.review.judging.sampling import service as sampling


async def sweep() -> None:
    """Look at each team. One team's fault holds up no other."""
    async with transaction() as session:
        teams = (await session.execute(select(Team.id))).scalars().all()
    await queue.each(_look, teams)


async def _look(team_id: str) -> None:
    """Decide what is due, and give out what nobody has. Whoever looks at the same team meanwhile passes by."""
    team = UUID(team_id)
    async with transaction() as session:
        if await sampling.lock_team(session, team, wait=False):
            await sampling.decide_due(session, team)
            await sampling.add_not_helped(session, team)
            await sampling.take_back(session, team)
            await sampling.give_out(session, team)
