"""Writing and reading signs of life, and finding out whom to tell."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs
from api.errors import BadData
from api.paging import service as paging
from api.people.models import Person, Team
from api.rota import service as rota
from api.rota.rules import Rung
from api.watch.models import Heartbeat
from api.watch.rules import Part

_log = logs.get(__name__)


async def beat(session: AsyncSession, part: Part) -> None:
    """This part works."""
    now = clock.now()
    put = insert(Heartbeat).values(name=part, at=now)
    await session.execute(put.on_conflict_do_update(index_elements=[Heartbeat.name], set_={"at": now}))


async def last_beat(session: AsyncSession, part: Part) -> datetime | None:
    """When this part last said so."""
    return (await session.execute(select(Heartbeat.at).where(Heartbeat.name == part))).scalar_one_or_none()


async def whom_to_tell(session: AsyncSession) -> list[str]:
    """The numbers (E.164) of every team's lead on duty, and of those who are told as a last resort."""
    teams = (await session.execute(select(Team).order_by(Team.code))).scalars().all()
    numbers = [person.phone for team in teams for person in await _of_team(session, team) if person.phone]
    return list(dict.fromkeys(numbers))


async def _of_team(session: AsyncSession, team: Team) -> list[Person]:
    leads = (await rota.on_call(session, team.id, clock.now())).get(Rung.LEAD, [])
    try:
        return [*leads, *await paging.last_resort(session, team.id, team.code)]
    except BadData:
        _log.exception("team_file_unusable", team=team.code)
        return leads
