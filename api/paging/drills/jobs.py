"""Beginning drills when they are due, and telling the lead who has not answered."""

from uuid import UUID

from sqlalchemy import select

from api import clock, logs, queue
from api.database import transaction
from api.errors import NotFound
from api.paging import teams
from api.paging.drills import rules, service
from api.paging.drills.rules import Due
from api.paging.models import Drill
from api.people.models import Team

ACTOR = "job:drills"
_log = logs.get(__name__)


async def sweep() -> None:
    """Do whatever is due. One team's fault, such as an unusable file, holds up no other team."""
    async with transaction() as session:
        every = (await session.execute(select(Team.id))).scalars().all()
        unchecked = await service.unchecked(session)
    await queue.each(_begin_due, every)
    await queue.each(_check, unchecked)


async def _begin_due(team_id: str) -> None:
    async with transaction() as session:
        team = await session.get_one(Team, UUID(team_id))
        due = rules.due(teams.drill_times(team.code), clock.now().astimezone(clock.UK))
        for one in due:  # The texts are handed over by the sweep for texts to staff, after whatever waits already.
            people = await service.begin(session, team, one, ACTOR)
            if people is not None:
                _log.info("drill_began", team=team.code, people=people)


async def _check(drill_id: str) -> None:
    async with transaction() as session:
        drill = await session.get_one(Drill, UUID(drill_id))
        silent = await service.check(session, drill.id, await session.get_one(Team, drill.team_id))
    if silent:
        _log.warning("drill_unanswered", drill_id=drill_id, people=silent)


async def begin_now(team_code: str) -> int:
    """A drill by hand, for whoever is on call now. Returns how many people are asked."""
    async with transaction() as session:
        team = (await session.execute(select(Team).where(Team.code == team_code))).scalar_one_or_none()
        if team is None:
            raise NotFound(f"There is no team {team_code}.")
        now = clock.now()
        return await service.begin(session, team, Due(now, now), "command:drill") or 0
