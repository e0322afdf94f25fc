"""Looking at each published rota once a minute."""

from uuid import UUID

from sqlalchemy import select

from api import clock, queue
from api.cover import service
from api.database import transaction
from api.rota.models import Rota


async def look(team_id: str) -> None:
    """Look at one team's rota, if nobody else has done so meanwhile."""
    async with transaction() as session:
        await service.look(session, UUID(team_id))


async def sweep() -> None:
    """Look at every rota that is due."""
    async with transaction() as session:
        due = (await session.execute(select(Rota.team_id).where(Rota.look_at <= clock.now()))).scalars().all()
    await queue.each(look, due)
