"""Demonstration data for a developer's machine: a team's staff, who is on call, and information staff."""

from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.errors import Forbidden
from api.people import service as people
from api.people.models import Person, Team
from api.rota.models import Duty


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
