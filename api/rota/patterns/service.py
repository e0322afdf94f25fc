"""Keeping a team's patterns. They are the draft: only publishing changes who is on call."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.errors import Invalid, NotFound
from api.people.models import Person
from api.rota import service as rota
from api.rota.models import RotaPattern, RotaTurn
from api.rota.patterns.rules import MOST_PEOPLE, MOST_WEEKS, Pattern


async def of_team(session: AsyncSession, team_id: UUID) -> Sequence[RotaPattern]:
    """A team's patterns, by rung and hour."""
    found = select(RotaPattern).where(RotaPattern.team_id == team_id)
    order = (RotaPattern.rung, RotaPattern.days, RotaPattern.starts, RotaPattern.first_day, RotaPattern.id)
    return (await session.execute(found.order_by(*order))).scalars().all()


async def one(session: AsyncSession, team_id: UUID, pattern_id: UUID) -> RotaPattern:
    """One pattern of this team. Another team's is not there at all."""
    found = await session.get(RotaPattern, pattern_id)
    if found is None or found.team_id != team_id:
        raise NotFound("There is no such pattern.")
    return found


async def save(session: AsyncSession, person: Person, pattern: Pattern, pattern_id: UUID | None = None) -> RotaPattern:
    """Add a pattern, or put another in the place of one that is there. Raises Invalid."""
    await _check(session, person, pattern)
    row = await one(session, person.team_id, pattern_id) if pattern_id else RotaPattern(team_id=person.team_id)
    row.rung, row.first_day, row.last_day = pattern.rung, pattern.first_day, pattern.last_day
    row.every, row.weekdays = pattern.every, sorted(pattern.weekdays)
    row.starts, row.ends, row.days, row.turns = pattern.starts, pattern.ends, pattern.days, pattern.turns
    if pattern_id:
        row.people.clear()
        await session.flush()  # A place in the turns is given again only after it is free.
    row.people = [RotaTurn(place=place, person_id=one) for place, one in enumerate(pattern.people)]
    session.add(row)
    await session.flush()
    what = "rota_pattern_changed" if pattern_id else "rota_pattern_added"
    audit.record(session, person.actor, what, "rota_pattern", row.id, rung=pattern.rung)
    return row


async def _check(session: AsyncSession, person: Person, pattern: Pattern) -> None:
    if pattern.rung not in rota.ground(person.team.code).rungs:
        raise Invalid("The team has no such rung.", field="rung")
    if not pattern.weekdays:
        raise Invalid("Choose at least one day of the week.", field="weekdays")
    if not 1 <= pattern.every <= MOST_WEEKS:
        raise Invalid(f"A pattern comes round every 1 to {MOST_WEEKS} weeks.", field="every")
    if pattern.last_day is not None and pattern.last_day < pattern.first_day:
        raise Invalid("The last day is before the first.", field="last_day")
    team = await rota.reach(session, person.team_id)
    if not 1 <= len(pattern.people) <= MOST_PEOPLE or not team.keys() >= set(pattern.people):
        raise Invalid("Choose who takes turns, all of them of your own team.", field="people_0")


async def remove(session: AsyncSession, person: Person, pattern_id: UUID) -> None:
    """Take a pattern out of the draft. What is published stays until the next publishing."""
    row = await one(session, person.team_id, pattern_id)
    audit.record(session, person.actor, "rota_pattern_removed", "rota_pattern", row.id, rung=row.rung)
    await session.delete(row)
    await session.flush()
