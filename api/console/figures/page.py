"""What the page of figures, its tables and the report on paper have in common: whose figures, and all of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from api.console.figures.presenters import HERE, Section
from api.console.figures.rules import ALL, Asked
from api.console.figures.tables import presenters as tables
from api.errors import NotFound
from api.people import service as people
from api.people.access import Staff
from api.people.managing import service as managing
from api.people.models import Person, Team
from api.people.rules import Permission
from api.reporting import service
from api.reporting.service import Report

EVERY_TEAM = "all teams"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures. `team` None: those of the whole installation."""

    team: Team | None
    name: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A report and its sections in words."""

    scope: Scope
    report: Report
    sections: list[Section]


async def teams(session: AsyncSession, person: Person) -> list[Team]:
    """The teams whose figures they may see."""
    return await managing.teams_of(session, managing.manager(person))


async def scope(session: AsyncSession, person: Person, code: str) -> Scope:
    """Whose figures were asked for. Raises NotFound for a team that is not theirs to look at."""
    if code == ALL and person.of_installation:
        return Scope(None, EVERY_TEAM)
    if not code or code == person.team.code:
        return Scope(person.team, person.team.name)
    if not person.of_installation:
        raise NotFound("There is no such team.")
    team = await people.team_with_code(session, code)
    return Scope(team, team.name)


async def figures(session: AsyncSession, current: Staff, asked: Asked) -> Figures:
    """What was asked for. Figures lead to cases only for those who may read them, and only of their own team."""
    whose = await scope(session, current.person, asked.team)
    report = await service.report(session, whose.team.id if whose.team else None, asked.period)
    leads = whose.team == current.person.team and current.may(Permission.READ_CARERS)

    def linked(**filters: object) -> str:
        query = {**asked.query, **{name: str(value) for name, value in filters.items()}}
        return f"{HERE}/cases?{urlencode(query)}" if leads else ""

    return Figures(whose, report, tables.sections(report, linked))
