"""Demonstration data for a developer's machine: a team's staff, its rota, and information staff."""

from contextlib import suppress
from datetime import time, timedelta
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.errors import Conflict, Forbidden
from api.people import service as people
from api.people.models import Person, Team
from api.people.rules import KEEPS_ROTA
from api.rota import service as rota
from api.rota.models import Duty
from api.rota.patterns import service as patterns
from api.rota.patterns.rules import WEEK, Days, Pattern, Turns
from api.rota.publishing import service as publishing


def staff_file() -> dict[str, Any]:
    """The demonstration staff as they stand in the file."""
    loaded: dict[str, Any] = yaml.safe_load((settings.get().data_dir / "demo/staff.yml").read_text(encoding="utf-8"))
    return loaded


async def load(session: AsyncSession) -> None:
    """Add the demonstration staff and put them on call; what is there already stays as it is."""
    if settings.get().environment != "development":
        raise Forbidden("Demonstration staff are for development only.")
    file = staff_file()
    team = (await session.execute(select(Team).where(Team.code == file["team"]))).scalar_one()
    hashed = people.hash_password(file["password"])
    for one in file["staff"]:
        if (await session.execute(select(Person).where(Person.email == one["email"]))).scalar_one_or_none():
            continue
        person = Person(
            team=team,
            name=one["name"],
            email=one["email"],
            phone=one.get("phone"),
            role=one["role"],
            password_hash=hashed,
        )
        session.add(person)
        await session.flush()
        if "rung" in one:
            session.add(Duty(team_id=team.id, person_id=person.id, rung=one["rung"], starts_at=clock.now()))


def rota_file() -> dict[str, Any]:
    """The demonstration rota as it stands in the file."""
    loaded: dict[str, Any] = yaml.safe_load((settings.get().data_dir / "demo/rota.yml").read_text(encoding="utf-8"))
    return loaded


async def publish_rota(session: AsyncSession) -> None:
    """Publish the demonstration rota from this week on; as long as half of it is still to come it stays as it is."""
    file, now = rota_file(), clock.now()
    found = select(Person).join(Team, Person.team_id == Team.id).where(Team.code == staff_file()["team"])
    team = {person.email: person for person in (await session.execute(found)).scalars()}
    keeper = next(person for person in team.values() if person.role in KEEPS_ROTA)
    standing = await rota.locked(session, keeper.team_id)
    if standing.published_until and standing.published_until - now > timedelta(weeks=file["weeks"]) / 2:
        return
    if standing.published_until is None:
        for one in file["patterns"]:
            await patterns.save(session, keeper, _pattern(one, team))
    today = now.astimezone(clock.UK).date()
    with suppress(Conflict):  # Somebody has tried things out here; the page of the draft says what stands against it.
        await publishing.publish(session, keeper, today + timedelta(weeks=file["weeks"]))


def _pattern(one: dict[str, Any], team: dict[str, Person]) -> Pattern:
    today = clock.now().astimezone(clock.UK).date()
    return Pattern(
        rung=one["rung"],
        people=tuple(team[email].id for email in one["people"]),
        first_day=today - timedelta(days=today.weekday()),
        last_day=None,
        every=1,
        weekdays=frozenset(range(WEEK)),
        starts=time.fromisoformat(one["starts"]),
        ends=time.fromisoformat(one["ends"]),
        days=Days.EVERY,
        turns=Turns(one["turns"]),
    )
