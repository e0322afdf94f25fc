"""Taking a calendar over into the draft: first what it would change, then all of it or nothing."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.clients.calendars import Calendars
from api.clients.web import WebError
from api.errors import Invalid
from api.people.models import Person
from api.rota import service as rota
from api.rota.calendars.rules import Entry, Fault, Known, Plan, plan, read
from api.rota.models import RotaEntry
from api.rota.publishing.rules import LONGEST

NAME_LIMIT = 60  # Characters.


@dataclass(frozen=True, slots=True)
class Planned:
    """What taking a calendar over would change, or why it cannot be. `names`: of the people in it."""

    calendar: str
    rung: str
    plan: Plan
    faults: Sequence[Fault]
    names: dict[object, str]


async def fetch(url: str) -> str:
    """The text of a calendar at an https address. Raises Invalid."""
    try:
        async with Calendars() as calendars:
            return await calendars.read(url)
    except WebError as error:
        raise Invalid(f"That address {error}.", field="url") from error


def named(typed: str) -> str:
    """A calendar's name as it is kept: the same calendar must have the same name each time. Raises Invalid."""
    name = re.sub(r"[^a-z0-9]+", "-", typed.casefold()).strip("-")
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(f"Give the calendar a name of up to {NAME_LIMIT} letters and digits.", field="calendar")
    return name


async def planned(session: AsyncSession, person: Person, calendar: str, rung: str, text: str) -> Planned:
    """What taking it over would change. Shifts that are over are left alone. Raises Invalid."""
    calendar = named(calendar)
    if rung not in rota.ground(person.team.code).rungs:
        raise Invalid("The team has no such rung.", field="rung")
    now = clock.now()
    known = [Known(one.id, one.name, one.email) for one in await rota.staff(session, person.team_id)]
    found = await asyncio.to_thread(read, text, known, now, now + LONGEST)
    held = await _held(session, person, calendar, rung)
    names: dict[object, str] = {one.id: one.name for one in known}
    return Planned(calendar, rung, plan(held, found.entries), found.faults, names)


async def _held(session: AsyncSession, person: Person, calendar: str, rung: str) -> list[Entry]:
    found = select(RotaEntry).where(
        RotaEntry.team_id == person.team_id, RotaEntry.calendar == calendar, RotaEntry.ends_at > clock.now()
    )
    rows = (await session.execute(found.order_by(RotaEntry.starts_at, RotaEntry.uid))).scalars().all()
    if any(row.rung != rung for row in rows):
        raise Invalid("That calendar was taken over for another rung before. Give this one another name.", field="rung")
    return [Entry(row.uid, row.recurrence, row.person_id, row.starts_at, row.ends_at) for row in rows]


async def apply(session: AsyncSession, person: Person, calendar: str, rung: str, text: str) -> Planned:
    """Take it over, all of it. Nothing is changed while a single entry is wrong: the faults say so."""
    await rota.locked(session, person.team_id)
    found = await planned(session, person, calendar, rung, text)
    if found.faults:
        return found
    written = [*found.plan.added, *(after for _, after in found.plan.changed)]
    if found.plan.gone:
        await _remove(session, person, found.calendar, found.plan.gone)
    if written:
        await _write(session, person, found, written)
    counts = {"added": len(found.plan.added), "changed": len(found.plan.changed), "gone": len(found.plan.gone)}
    audit.record(session, person.actor, "rota_imported", "team", person.team_id, calendar=found.calendar, **counts)
    return found


async def _remove(session: AsyncSession, person: Person, calendar: str, gone: Sequence[Entry]) -> None:
    keys = tuple_(RotaEntry.uid, RotaEntry.recurrence).in_([one.key for one in gone])
    ours = (RotaEntry.team_id == person.team_id, RotaEntry.calendar == calendar)
    await session.execute(delete(RotaEntry).where(*ours, keys))


async def _write(session: AsyncSession, person: Person, found: Planned, written: Sequence[Entry]) -> None:
    rows = [
        {
            "id": uuid4(),
            "team_id": person.team_id,
            "calendar": found.calendar,
            "uid": one.uid,
            "recurrence": one.recurrence,
            "rung": found.rung,
            "person_id": one.person_id,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
        }
        for one in written
    ]
    put = insert(RotaEntry)
    new = {name: put.excluded[name] for name in ("rung", "person_id", "starts_at", "ends_at")}
    keys = ["team_id", "calendar", "uid", "recurrence"]
    await session.execute(put.on_conflict_do_update(index_elements=keys, set_=new), rows)
