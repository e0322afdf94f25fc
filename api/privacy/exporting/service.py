"""Everything that is held about one person, as plain data: for the document that they get, and for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.audit import service as audit
from api.audit.models import AuditEntry
from api.errors import BadData
from api.handovers.models import Handover
from api.people.models import Person
from api.privacy import hanging
from api.privacy.erasing.rules import without
from api.privacy.hanging import among
from api.privacy.rules import Found

type Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class Words:
    """The words around it, from `data/privacy/access.yml`."""

    first: tuple[str, ...]
    about: str
    ask: str


@dataclass(frozen=True, slots=True)
class Look:
    """Once that somebody read or did something, by the role that they have. `role` empty: it was no member of staff."""

    at: datetime
    action: str
    subject: str
    actor: str
    role: str


@dataclass(frozen=True, slots=True)
class Export:
    """Everything. `rows`: what hangs from the conversations, by table. `sheets`: handover sheets on which it stands."""

    made_at: datetime
    found: Found
    rows: Rows
    looks: tuple[Look, ...]
    sheets: tuple[tuple[datetime, datetime], ...]


@cache
def words() -> Words:
    """As the file has them. Raises BadData."""
    path = settings.get().data_dir / "privacy/access.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Words(tuple(raw["first"]), raw["about"], raw["ask"])
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error


async def gather(session: AsyncSession, found: Found, by: str) -> Export:
    """All of it, which goes on record."""
    rows = await hanging.rows(session, found.conversations)
    ids = frozenset(str(row["id"]) for some in rows.values() for row in some if "id" in row)
    looks, sheets = await _looks(session, ids), await _sheets(session, rows, ids)
    for conversation_id in found.conversations:
        audit.record(session, by, "exported", "conversation", conversation_id, to="the person")
    return Export(clock.now(), found, rows, looks, sheets)


async def _looks(session: AsyncSession, ids: frozenset[str]) -> tuple[Look, ...]:
    wanted = select(AuditEntry).where(among(AuditEntry.subject_id, ids)).order_by(AuditEntry.seq)
    entries = (await session.execute(wanted)).scalars().all()
    roles = await _roles(session, {entry.actor for entry in entries})
    return tuple(
        Look(entry.at, entry.action, entry.subject_kind, _plain(entry.actor), roles.get(entry.actor, ""))
        for entry in entries
    )


def _plain(actor: str) -> str:
    """Staff are named by their role alone."""
    return "staff" if actor.startswith(_STAFF) else actor


async def _roles(session: AsyncSession, actors: set[str]) -> dict[str, str]:
    ids = [UUID(actor.removeprefix(_STAFF)) for actor in actors if actor.startswith(_STAFF)]
    found = await session.execute(select(Person.id, Person.role).where(among(Person.id, ids)))
    return {f"{_STAFF}{person_id}": role for person_id, role in found}


async def _sheets(session: AsyncSession, rows: Rows, ids: frozenset[str]) -> tuple[tuple[datetime, datetime], ...]:
    began = min((row["opened_at"] for row in rows[hanging.CONVERSATIONS]), default=clock.now())
    found = select(Handover).where(Handover.made_at >= began).order_by(Handover.made_at)
    sheets = (await session.execute(found)).scalars()
    return tuple((one.from_at, one.until_at) for one in sheets if without(one.sheet, ids)[1])
