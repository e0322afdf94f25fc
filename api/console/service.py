"""What every page of the console looks out for."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.escalations import service as escalations
from api.escalations.rules import NOBODY_HAS_IT
from api.switches import service as switches
from api.switches.rules import TITLES

LIVE = ("waiting", "switches")  # The parts that every page which follows what happens has.
SHOWN_AFTER = timedelta(hours=1)  # For which a switch that has ended is still told of.


@dataclass(frozen=True, slots=True)
class Banner:
    """A switch that is on, or that ended by itself a short while ago. `at`: when it ends or ended."""

    title: str
    reason: str
    at: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Lookout:
    """`news`: a word for each escalation that nobody has; a new word means that there is something to look up for."""

    news: tuple[str, ...]
    banners: tuple[Banner, ...]


async def waiting(session: AsyncSession, team_id: UUID, calls: bool = True) -> Lookout:
    """What a page of this team must show wherever somebody is. `calls`: with the calls for help that nobody has."""
    rows = await escalations.board(session, team_id) if calls else ()
    news = tuple(f"{row.id}:{row.priority}:{row.state}" for row in rows if row.state in NOBODY_HAS_IT)
    return Lookout(news, await _banners(session, team_id))


async def _banners(session: AsyncSession, team_id: UUID) -> tuple[Banner, ...]:
    on = (await switches.on(session, team_id)).values()
    over = await switches.lately(session, team_id, clock.now() - SHOWN_AFTER)
    by_itself = [row for row in over if row.ended_by == switches.JOB]
    shown = [(row, row.ends_at, False) for row in on] + [(row, row.ends_at, True) for row in by_itself]
    return tuple(Banner(TITLES[row.kind], row.reason, clock.uk_time(at), ended) for row, at, ended in shown)
