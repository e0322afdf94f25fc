"""The draft of a team's rota, what stands against it, and making it the rota that paging goes by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.errors import Conflict, Invalid
from api.people.models import Person, Team
from api.rota import service as rota
from api.rota.changes.rules import Override, overridden
from api.rota.models import Duty, RotaEntry, RotaOverride, RotaPattern
from api.rota.patterns import rules as patterns
from api.rota.patterns.rules import Days, Pattern, Turns
from api.rota.publishing.rules import LONGEST, replaced
from api.rota.rules import Problem, Shift, days, moment, parts, problems, tidy

FAR = datetime.max.replace(tzinfo=UTC)  # Where a duty ends that goes on until further notice.


@dataclass(frozen=True, slots=True)
class Draft:
    """The rota as it would be published, and what stands against that."""

    starts_at: datetime
    ends_at: datetime
    shifts: Sequence[Shift]
    problems: Sequence[Problem]


async def draft(session: AsyncSession, team: Team, starts_at: datetime, ends_at: datetime) -> Draft:
    """What patterns, calendars, overrides and swaps make of this time."""
    ground = rota.ground(team.code)
    by_patterns = await _by_patterns(session, team, starts_at, ends_at)
    made = [*by_patterns, *await _by_calendars(session, team.id, starts_at)]
    overrides = await _overrides(session, team.id, starts_at)
    shifts = tidy(parts(overridden(made, overrides), starts_at, ends_at))
    reach = await rota.reach(session, team.id)
    return Draft(starts_at, ends_at, shifts, problems(shifts, ground, reach, starts_at, ends_at))


async def _by_patterns(session: AsyncSession, team: Team, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    known = days(starts_at - timedelta(days=1), ends_at)  # Last night's shift may go on into this time.
    nation = rota.ground(team.code).nation
    found = (await session.execute(select(RotaPattern).where(RotaPattern.team_id == team.id))).scalars()
    return [shift for row in found for shift in patterns.shifts(as_pattern(row), known[0], known[-1], nation)]


async def _by_calendars(session: AsyncSession, team_id: UUID, after: datetime) -> list[Shift]:
    found = select(RotaEntry).where(RotaEntry.team_id == team_id, RotaEntry.ends_at > after)
    rows = (await session.execute(found)).scalars()
    return [Shift(row.rung, row.person_id, row.starts_at, row.ends_at) for row in rows]


async def _overrides(session: AsyncSession, team_id: UUID, after: datetime) -> list[Override]:
    found = select(RotaOverride).where(RotaOverride.team_id == team_id, RotaOverride.ends_at > after)
    rows = (await session.execute(found.order_by(RotaOverride.made_at, RotaOverride.id))).scalars()
    return [Override(one.rung, one.person_id, one.instead_of_id, one.starts_at, one.ends_at) for one in rows]


def as_pattern(row: RotaPattern) -> Pattern:
    """A pattern as rules see it."""
    return Pattern(
        rung=row.rung,
        people=tuple(turn.person_id for turn in row.people),
        first_day=row.first_day,
        last_day=row.last_day,
        every=row.every,
        weekdays=frozenset(row.weekdays),
        starts=row.starts,
        ends=row.ends,
        days=Days(row.days),
        turns=Turns(row.turns),
    )


def end_of(last_day: date) -> datetime:
    """When a rota ends whose last day this is. Raises Invalid for a day that is over or too far ahead."""
    now, ends_at = clock.now(), moment(last_day + timedelta(days=1), time())
    if not now < ends_at <= now + LONGEST:
        raise Invalid("The last day must be today or later, and no more than a year ahead.", field="until")
    return ends_at


async def publish(session: AsyncSession, person: Person, last_day: date) -> Draft:
    """Make the draft the rota from now until the end of this day. Raises Conflict while anything stands against it."""
    standing = await rota.locked(session, person.team_id)
    made = await draft(session, person.team, clock.now(), end_of(last_day))
    if made.problems:
        raise Conflict("The rota has gaps or other problems. It was not published.", problems=len(made.problems))
    await rewrite(session, person.team_id, made.shifts, made.starts_at, FAR)
    standing.published_at, standing.published_until = made.starts_at, made.ends_at
    standing.look_at = made.starts_at
    until, count = made.ends_at.isoformat(), len(made.shifts)
    audit.record(session, person.actor, "rota_published", "team", person.team_id, until=until, shifts=count)
    return made


async def rewrite(
    session: AsyncSession, team_id: UUID, new: Sequence[Shift], starts_at: datetime, ends_at: datetime
) -> None:
    """Put these shifts in the place of the duties between two moments; those before and after stay."""
    touching = select(Duty).where(
        Duty.team_id == team_id, Duty.starts_at <= ends_at, or_(Duty.ends_at.is_(None), Duty.ends_at >= starts_at)
    )
    held = [(_shift(duty), duty) for duty in (await session.execute(touching)).scalars()]
    missing = set(replaced([shift for shift, _ in held], new, starts_at, ends_at))
    for shift, duty in held:
        if shift in missing:
            missing.remove(shift)
        else:
            await session.delete(duty)
    for shift in missing:
        session.add(
            Duty(
                team_id=team_id,
                person_id=shift.person_id,
                rung=shift.rung,
                starts_at=shift.starts_at,
                ends_at=None if shift.ends_at == FAR else shift.ends_at,
            )
        )
    await session.flush()


def _shift(duty: Duty) -> Shift:
    return Shift(duty.rung, duty.person_id, duty.starts_at, duty.ends_at or FAR)
