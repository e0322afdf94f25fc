"""What the database knows of whether the line is ready."""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.people.models import Team
from api.rota import service as rota

_REVISION = text("SELECT version_num FROM alembic_version")


async def revision(session: AsyncSession) -> str | None:
    """The last migration that the database has had."""
    return (await session.execute(_REVISION)).scalar_one_or_none()


async def database_time(session: AsyncSession) -> datetime:
    """What the database's clock says."""
    at: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return at


async def teams(session: AsyncSession) -> list[Team]:
    """Every team, by its code."""
    return list((await session.execute(select(Team).order_by(Team.code))).scalars())


async def held(session: AsyncSession, team: Team, at: datetime) -> list[str]:
    """The rungs of a team that somebody holds at that moment."""
    return [rung for rung, people in (await rota.on_call(session, team.id, at)).items() if people]
