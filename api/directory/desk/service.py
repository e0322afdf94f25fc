"""Keeping records at the desk: each change writes its history and an audit entry, and no file writes over it.

A form carries the moment at which its record was last changed. If the record has changed since, nothing is saved and
the caller hears so: two editors never overwrite each other.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.directory import service as directory
from api.directory.checks.rules import Edited
from api.directory.desk import rules
from api.directory.desk.models import Change
from api.directory.desk.rules import CHECKED_BY, Check, Difference, Kind, Status
from api.directory.files import service as files
from api.directory.files.schemas import ServiceFile
from api.directory.listings import WHOLE
from api.directory.models import Organization, Service
from api.directory.records import service as stored
from api.directory.rules import Confidence
from api.errors import Conflict, NotFound
from api.people.models import Person

HISTORY_LIMIT = 200  # Changes that a page shows; more than a record sees in years.


async def one(session: AsyncSession, code: str, lock: bool = False) -> Service:
    """A record with all that belongs to it, whatever its status, those for staff only among them."""
    wanted = select(Service).where(Service.code == code).options(*WHOLE)
    if lock:
        wanted = wanted.with_for_update(of=Service).execution_options(populate_existing=True)
    found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such record.")
    return found


def seen(service: Service) -> str:
    """What a form carries, to tell whether its record has changed since."""
    return service.last_modified.isoformat()


async def history(session: AsyncSession, service_id: UUID) -> Sequence[Change]:
    """What was changed at the desk, the newest first."""
    found = select(Change).where(Change.service_id == service_id).order_by(Change.seq.desc()).limit(HISTORY_LIMIT)
    return (await session.execute(found)).scalars().all()


async def add(session: AsyncSession, person: Person, record: ServiceFile, reason: str) -> str:
    """A new record. No carer is told of it until it has been checked. Returns its code."""
    taken = (await session.execute(select(Service.code))).scalars()
    facts: dict[str, Any] = {"assured_date": None, "confidence": Confidence.LOW, "unverified": []}
    new = record.model_dump(mode="json") | facts | {"id": rules.code_for(record.name, taken)}
    new["unverified"] = rules.unverified_after({}, new, checked=False)
    await _write(session, files.Record(ServiceFile.model_validate(new), "", 0, "", edited_at=clock.now()))
    found = await one(session, new["id"])
    await _note(session, person, found.id, Kind.ADDED, [Difference("name", rules.NOTHING, found.name)], reason)
    return found.code


async def edit(
    session: AsyncSession, person: Person, code: str, as_of: str, record: ServiceFile, checked: Check | None, why: str
) -> bool:
    """Put these facts in the place of those that were there. False: they are the same.

    `checked`: how the new ones were checked, if they were.
    """
    held = await _held(session, code, as_of)
    before = stored.of(held)
    same = {name: before[name] for name in ("id", "assured_date", "confidence", "unverified")}
    after = record.model_dump(mode="json") | same
    after["unverified"] = rules.unverified_after(before, after, checked is not None)
    reason = f"{why} (checked {CHECKED_BY[checked]})" if checked else why
    return await _change(session, person, held, after, Kind.EDITED, reason)


async def verify(
    session: AsyncSession,
    person: Person,
    code: str,
    as_of: str,
    how: Check,
    confidence: Confidence,
    borne_out: Sequence[str],
    note: str,
) -> None:
    """The record was checked with the service today: these facts are borne out by it now."""
    held = await _held(session, code, as_of)
    before = stored.of(held)
    after = before | {
        "assured_date": _today().isoformat(),
        "confidence": confidence,
        "unverified": [part for part in before["unverified"] if part not in borne_out],
    }
    reason = f"Checked {CHECKED_BY[how]}" + (f": {note}" if note else "")
    await _change(session, person, held, after, Kind.CHECKED, reason)


async def set_status(session: AsyncSession, person: Person, code: str, as_of: str, status: Status, reason: str) -> None:
    """Retire a record, or bring it back. A file that still has it, or no longer has it, changes nothing in that."""
    held = await _held(session, code, as_of)
    if (held.status == Status.ACTIVE) is (status is Status.ACTIVE):
        raise Conflict("It is so already.")
    kind = Kind.BROUGHT_BACK if status is Status.ACTIVE else Kind.RETIRED
    await _note(session, person, held.id, kind, [Difference("status", held.status, status)], reason)
    held.status, held.edited_at, held.last_modified = status, clock.now(), clock.now()


async def against_files(session: AsyncSession, records: Sequence[files.Record]) -> list[Edited]:
    """The records of the desk that their files do not have, or have otherwise."""
    written = {record.service.id: record for record in records}
    found = []
    for code, held in (await stored.edited(session)).items():
        fields = tuple(stored.differing(written[code].service, written[code].status, held)) if code in written else ()
        if held.edited_at and (fields or code not in written):
            found.append(Edited(code, held.edited_at.astimezone(clock.UK).date(), fields))
    return found


def _today() -> date:
    return clock.now().astimezone(clock.UK).date()


async def _held(session: AsyncSession, code: str, as_of: str) -> Service:
    held = await one(session, code, lock=True)
    if seen(held) != as_of:
        raise Conflict("Somebody has changed this record since you opened it.")
    return held


async def _change(
    session: AsyncSession, person: Person, held: Service, after: dict[str, Any], kind: Kind, reason: str
) -> bool:
    new = ServiceFile.model_validate(after)
    changed = rules.differences(stored.of(held), new.model_dump(mode="json"))
    if not changed and kind is Kind.EDITED:
        return False
    same = Difference("assured_date", str(held.assured_date), str(new.assured_date))  # Checked twice in one day.
    await _note(session, person, held.id, kind, changed or [same], reason)
    where = (held.file, held.file_version, held.digest)
    await _write(session, files.Record(new, *where, status=held.status, edited_at=clock.now()))
    return True


async def _write(session: AsyncSession, record: files.Record) -> None:
    name = record.service.organisation
    row = {"id": files.made_id("organization", name), "name": name, "description": f"Runs {record.service.name}."}
    await session.execute(insert(Organization).values(row).on_conflict_do_nothing(index_elements=[Organization.name]))
    await files.put(session, [record])


async def _note(
    session: AsyncSession, person: Person, service_id: UUID, kind: Kind, changed: list[Difference], reason: str
) -> None:
    now = clock.now()
    for one in changed:
        values = {"field": one.field, "before": one.before, "after": one.after, "reason": reason}
        session.add(Change(service_id=service_id, at=now, person_id=person.id, kind=kind, **values))
    fields = [one.field for one in changed]
    audit.record(session, person.actor, f"directory_{kind}", "directory_service", service_id, fields=fields)
    await directory.changed(session)
