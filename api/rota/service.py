"""Asking the rota who is on call, and what a team has laid down for it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

import yaml
from pydantic import ValidationError
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import settings
from api.errors import BadData
from api.people.models import Person
from api.people.rules import LOOKS_AFTER_CARERS
from api.rota.models import Duty, Rota
from api.rota.rules import Ground, Reach, Shift
from api.rota.schemas import GroundFile


async def on_call(session: AsyncSession, team_id: UUID, at: datetime) -> dict[str, list[Person]]:
    """Everybody on duty at that moment, by rung. A rung that nobody holds is missing."""
    rungs: dict[str, list[Person]] = defaultdict(list)
    for duty in await held(session, team_id, at):
        if duty.person not in rungs[duty.rung]:
            rungs[duty.rung].append(duty.person)
    return dict(rungs)


async def held(session: AsyncSession, team_id: UUID, at: datetime) -> list[Duty]:
    """The duties of that moment of those who have not left, whoever began first before the others."""
    found = (
        select(Duty)
        .where(Duty.team_id == team_id, Duty.starts_at <= at, or_(Duty.ends_at.is_(None), Duty.ends_at > at))
        .order_by(Duty.starts_at, Duty.id)
    )
    return [duty for duty in (await session.execute(found)).scalars() if duty.person.active]


@cache
def ground(team_code: str) -> Ground:
    """What a team has laid down for its rota, from `data/teams/<code>.yml`."""
    path = settings.get().data_dir / "teams" / f"{team_code}.yml"
    try:
        return GroundFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))["rota"]).ground
    except (OSError, KeyError, TypeError, ValidationError, yaml.YAMLError) as error:
        raise BadData(f"{path.name}: no usable rota ({error})") from error


async def staff(session: AsyncSession, team_id: UUID) -> Sequence[Person]:
    """Everybody of a team who may hold a rung, by name."""
    found = select(Person).where(Person.team_id == team_id, Person.active, Person.role.in_(LOOKS_AFTER_CARERS))
    return (await session.execute(found.order_by(Person.name, Person.id))).scalars().all()


async def reach(session: AsyncSession, team_id: UUID) -> dict[UUID, Reach]:
    """Who of a team can be paged. Whoever is missing has left, or is no member of it who looks after carers."""
    return {one.id: Reach.YES if one.phone else Reach.NO_PHONE for one in await staff(session, team_id)}


async def duties(session: AsyncSession, team_id: UUID, starts_at: datetime, ends_at: datetime) -> Sequence[Duty]:
    """The published duties that touch this time, in order."""
    found = (
        select(Duty)
        .where(Duty.team_id == team_id, Duty.starts_at < ends_at, or_(Duty.ends_at.is_(None), Duty.ends_at > starts_at))
        .order_by(Duty.starts_at, Duty.rung, Duty.id)
    )
    return (await session.execute(found)).scalars().all()


async def next_up(session: AsyncSession, team_id: UUID, after: datetime) -> list[Duty]:
    """On each rung whoever begins next."""
    begins = (
        select(Duty.rung, func.min(Duty.starts_at).label("starts_at"))
        .where(Duty.team_id == team_id, Duty.starts_at > after)
        .group_by(Duty.rung)
        .subquery()
    )
    found = select(Duty).join(begins, (Duty.rung == begins.c.rung) & (Duty.starts_at == begins.c.starts_at))
    return list((await session.execute(found.where(Duty.team_id == team_id).order_by(Duty.rung))).scalars())


def as_shifts(found: Sequence[Duty], ends_at: datetime) -> list[Shift]:
    """Duties as rules see them. What goes on until further notice ends here."""
    return [Shift(one.rung, one.person_id, one.starts_at, one.ends_at or ends_at) for one in found]


async def of_team(session: AsyncSession, team_id: UUID) -> Rota | None:
    """Until when a team's rota is published. None: it has never been."""
    return await session.get(Rota, team_id)


async def locked(session: AsyncSession, team_id: UUID) -> Rota:
    """A team's rota, which nobody else changes until the transaction ends."""
    await session.execute(insert(Rota).values(team_id=team_id).on_conflict_do_nothing())
    return await session.get_one(Rota, team_id, with_for_update=True, populate_existing=True)
