"""Taking a calendar over into the draft: first what it would change, then all of it or nothing."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.clients import public_web
from api.clients.public_web import Page
from api.clients.web import WebError
from api.errors import Invalid
from api.people.models import Team
from api.rota import service as rota
from api.rota.calendars.rules import MOST_BYTES, Entry, Fault, Known, Plan, plan, read
from api.rota.models import RotaEntry
from api.rota.publishing.rules import LONGEST

NAME_LIMIT = 60  # Characters.
HEADER_LIMIT = 300  # Characters.
NOT_MODIFIED = 304
_NAME = {"User-Agent": "Nightlight rota (reads calendars)", "Accept": "text/calendar"}


@dataclass(frozen=True, slots=True)
class Source:
    """A calendar as it is given: its name, the rung that it is for, its text, and its address, if it has one."""

    calendar: str
    rung: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What taking a calendar over would change, or why it cannot be. `names`: of the people in it."""

    calendar: str
    rung: str
    plan: Plan
    faults: Sequence[Fault]
    names: dict[object, str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar as it stood at its address, with what its server wants to be asked with again."""

    text: str
    etag: str = ""
    modified: str = ""


UNKNOWN = Fetched("")


async def fetch(url: str, known: Fetched = UNKNOWN) -> Fetched:
    """The calendar at an https address; where it is as it was, what is `known` of it. Raises Invalid."""
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    try:
        page = await public_web.get(url, _NAME | {name: value for name, value in asked.items() if value}, MOST_BYTES)
    except WebError as error:
        raise Invalid(f"That address {error}.", field="url") from error
    if page.status == NOT_MODIFIED:
        return known
    return Fetched(text_of(page.body, "url"), _header(page, "ETag"), _header(page, "Last-Modified"))


def _header(page: Page, name: str) -> str:
    """A header as it can be kept and sent again; empty for one that cannot."""
    value = page.headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= HEADER_LIMIT else ""


def text_of(body: bytes, field: str) -> str:
    """The text of a file or an answer. Raises Invalid."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The calendar is no UTF-8 text.", field=field) from error


def named(typed: str) -> str:
    """A calendar's name as it is kept: the same calendar must have the same name each time. Raises Invalid."""
    name = re.sub(r"[^a-z0-9]+", "-", typed.casefold()).strip("-")
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(f"Give the calendar a name of up to {NAME_LIMIT} letters and digits.", field="calendar")
    return name


async def planned(session: AsyncSession, team: Team, source: Source, until: datetime | None = None) -> Planned:
    """What taking it over would change, `until` then or for a year. What is over is left alone. Raises Invalid."""
    calendar = named(source.calendar)
    if source.rung not in rota.ground(team.code).rungs:
        raise Invalid("The team has no such rung.", field="rung")
    now = clock.now()
    span = (now, until or now + LONGEST)
    known = [Known(one.id, one.name, one.email) for one in await rota.staff(session, team.id)]
    found = await asyncio.to_thread(read, source.text, known, *span)
    held = await _held(session, team.id, calendar, source.rung, span)
    names: dict[object, str] = {one.id: one.name for one in known}
    return Planned(calendar, source.rung, plan(held, found.entries), found.faults, names)


async def _held(
    session: AsyncSession, team_id: UUID, calendar: str, rung: str, span: tuple[datetime, datetime]
) -> list[Entry]:
    ours = (RotaEntry.team_id == team_id, RotaEntry.calendar == calendar)
    found = select(RotaEntry).where(*ours, RotaEntry.ends_at > span[0], RotaEntry.starts_at < span[1])
    rows = (await session.execute(found.order_by(RotaEntry.starts_at, RotaEntry.uid))).scalars().all()
    if any(row.rung != rung for row in rows):
        raise Invalid("That calendar was taken over for another rung before. Give this one another name.", field="rung")
    return [Entry(row.uid, row.recurrence, row.person_id, row.starts_at, row.ends_at) for row in rows]


async def apply(session: AsyncSession, team: Team, actor: str, source: Source) -> Planned:
    """Take it over, all of it. Nothing is changed while a single entry is wrong: the faults say so."""
    await rota.locked(session, team.id)
    found = await planned(session, team, source)
    if found.faults:
        return found
    written = [*found.plan.added, *(after for _, after in found.plan.changed)]
    if found.plan.gone:
        await _remove(session, team.id, found.calendar, found.plan.gone)
    if written:
        await _write(session, team.id, found, written)
    counts = {"added": len(found.plan.added), "changed": len(found.plan.changed), "gone": len(found.plan.gone)}
    audit.record(session, actor, "rota_imported", "team", team.id, calendar=found.calendar, **counts)
    return found


async def _remove(session: AsyncSession, team_id: UUID, calendar: str, gone: Sequence[Entry]) -> None:
    keys = tuple_(RotaEntry.uid, RotaEntry.recurrence).in_([one.key for one in gone])
    ours = (RotaEntry.team_id == team_id, RotaEntry.calendar == calendar)
    await session.execute(delete(RotaEntry).where(*ours, keys))


async def _write(session: AsyncSession, team_id: UUID, found: Planned, written: Sequence[Entry]) -> None:
    rows = [
        {
            "id": uuid4(),
            "team_id": team_id,
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
