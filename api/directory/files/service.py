"""Reads data/directory, refusing what is unclear, and puts it into the database: again and again with the same result.

Every id is made from the record's own code, so a record keeps its id on every machine. A record that has left the files
stays in the database as inactive. A record that was edited at the desk is left alone until its file says the same
(docs/decisions/0005).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml
from pydantic import ValidationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.directory import service as directory
from api.directory.files.schemas import DirectoryFile, HoursFile, ServiceFile, e164
from api.directory.models import (
    Attribute,
    CostOption,
    Language,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    TaxonomyTerm,
    bank_holidays_in_words,
)
from api.directory.records import service as stored
from api.directory.rules import Need
from api.errors import BadData

NAMESPACE = UUID("6a1f9a52-6f0c-5c3e-9d55-3f1c7f0b7d11")  # Ours; never change it, or every record gets another id.
PARTS: tuple[type[Any], ...] = (Phone, Schedule, ServiceArea, CostOption, Language, Attribute)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # In C it is ten times faster.

type Rows = dict[type[Any], list[dict[str, Any]]]


@dataclass(frozen=True)
class Record:
    """A record with the file that it stands in, or the feed that it was imported from with its id there.

    `modified`: when it last changed, if that was not just now. `edited_at`: when it was edited at the desk.
    """

    service: ServiceFile
    file: str
    version: int
    digest: str
    status: str = "active"
    edited_at: datetime | None = None
    feed: str | None = None
    feed_id: str | None = None
    modified: datetime | None = None


@dataclass(frozen=True)
class Loaded:
    """What a load has done."""

    written: int
    retired: int


def made_id(kind: str, name: object) -> UUID:
    """The id of the thing of this kind and name, the same everywhere."""
    return uuid5(NAMESPACE, f"{kind}:{name}")


def read(folder: Path) -> tuple[Record, ...]:
    """Every record of the folder. Raises BadData, which names the file and the place in it."""
    paths = sorted(folder.glob("*.yml"))
    return _read(tuple((path, path.read_bytes()) for path in paths))


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[Path, bytes], ...]) -> tuple[Record, ...]:
    records: dict[str, Record] = {}
    for path, raw in files:
        for record in _records(path, raw):
            if (other := records.get(record.service.id)) is not None:
                raise BadData(f"directory/{path.name}: {record.service.id} stands in {other.file} already")
            records[record.service.id] = record
    return tuple(records.values())


def _records(path: Path, raw: bytes) -> Iterator[Record]:
    try:
        file = DirectoryFile.model_validate(yaml.load(raw, _Loader))  # noqa: S506  (It is a safe loader.)
    except yaml.YAMLError as error:
        raise BadData(f"directory/{path.name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadData(f"directory/{path.name}: {where}: {first['msg']}") from error
    for service in file.services:
        yield Record(service, path.name, file.version, digest_of(file.version, service))


def digest_of(version: int, service: ServiceFile) -> str:
    """The same for the same content in the same version of a file."""
    return hashlib.sha256(f"{version}:{service.model_dump_json()}".encode()).hexdigest()


async def load(session: AsyncSession, folder: Path) -> Loaded:
    """Make our own part of the directory that of the folder. What is there already, and what is imported, stays."""
    records = read(folder)
    await one_at_a_time(session)
    found = await session.execute(select(Service.code, Service.digest, Service.status).where(Service.feed.is_(None)))
    held = {code: (digest, status) for code, digest, status in found}
    desk = await stored.edited(session)
    ours = [record for record in records if not _differs(record, desk)]
    changed = [
        record
        for record in ours
        if record.service.id in desk or held.get(record.service.id) != (record.digest, "active")
    ]
    codes = {record.service.id for record in records} | set(desk)
    gone = [code for code, (_, status) in held.items() if code not in codes and status == "active"]
    if changed:
        await _write(session, records, changed)
    if gone:
        retire = update(Service).where(Service.code.in_(gone)).values(status="inactive", last_modified=clock.now())
        await session.execute(retire)
    if changed or gone:
        await directory.changed(session)
        audit.record(
            session, "command:load", "directory_loaded", "directory", "files", written=len(changed), retired=len(gone)
        )
    return Loaded(len(changed), len(gone))


def _differs(record: Record, desk: dict[str, Service]) -> bool:
    """Whether the desk holds something else than the file. If both say the same, the record is the file's again."""
    held = desk.get(record.service.id)
    return held is not None and bool(stored.differing(record.service, record.status, held))


async def one_at_a_time(session: AsyncSession) -> None:
    """Until the transaction ends nobody else changes the directory."""
    await session.execute(select(func.pg_advisory_xact_lock(NAMESPACE.int % 2**63)))


async def _write(session: AsyncSession, records: Iterable[Record], changed: list[Record]) -> None:
    await _put(session, Organization, [*_organizations(records)])
    await put_terms(session)
    await put(session, changed)


async def put_terms(session: AsyncSession) -> None:
    """Write our list of needs."""
    await _put(session, TaxonomyTerm, [*_terms()])


async def put(session: AsyncSession, changed: list[Record]) -> None:
    """Write these records with all that belongs to them. Their organisations are there already."""
    await _put(session, Service, [_service(record) for record in changed])
    ids = [made_id("service", record.service.id) for record in changed]
    rows: Rows = defaultdict(list)
    for record in changed:
        for part, row in _parts(record.service):
            rows[part].append(row)
    for part in PARTS:
        await session.execute(delete(part).where(part.service_id.in_(ids)))
        if rows[part]:
            await (await session.connection()).execute(insert(part.__table__), _numbered(part, rows[part]))


async def _put(session: AsyncSession, table: type[Any], rows: list[dict[str, Any]]) -> None:
    """Add these rows, or change those that are there."""
    statement = insert(table.__table__)
    changes = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    await (await session.connection()).execute(
        statement.on_conflict_do_update(index_elements=[table.__table__.c.id], set_=changes), rows
    )


def _organizations(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    runs: dict[str, list[str]] = defaultdict(list)
    for record in records:
        runs[record.service.organisation].append(record.service.name)
    for name, services in runs.items():
        description = f"Runs {', '.join(services)}."  # The standard wants one; this is what we know.
        yield {"id": made_id("organization", name), "name": name, "description": description}


def _terms() -> Iterator[dict[str, Any]]:
    for need in Need:
        name = need.replace("_", " ").capitalize()
        description = f"Services for people who need this: {need.replace('_', ' ')}."
        yield {"id": made_id("term", need), "term": need, "name": name, "description": description}


def _service(record: Record) -> dict[str, Any]:
    service = record.service
    hours = service.hours or HoursFile(words="Not known.")
    return {
        "id": made_id("service", service.id),
        "code": service.id,
        "organization_id": made_id("organization", service.organisation),
        **{name: getattr(service, name) for name in ("name", "description", "url", "email", "assured_date")},
        **{name: getattr(service, name) for name in ("source_url", "source", "confidence", "staff_only", "notes")},
        "webchat_url": service.webchat,
        "status": record.status,
        "edited_at": record.edited_at,
        "eligibility_description": service.eligibility.text,
        "narrow": service.eligibility.narrow,
        "minimum_age": service.eligibility.minimum_age,
        "maximum_age": service.eligibility.maximum_age,
        "interpretation_services": service.access,
        "last_modified": record.modified or clock.now(),
        "hours_words": service.hours.words if service.hours else None,
        "always_open": hours.always,
        "bank_holidays": hours.bank_holidays,
        "unverified": list(service.unverified),
        "file": record.file,
        "file_version": record.version,
        "digest": record.digest,
        "feed": record.feed,
        "feed_id": record.feed_id,
    }


def _parts(service: ServiceFile) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    """The rows of what belongs to a service, with their tables."""
    owner = {"service_id": made_id("service", service.id)}
    for phone in service.phones:
        yield Phone, owner | phone.model_dump() | {"e164": _e164(phone.number, phone.type), "say": None}
    if (sms := service.sms) is not None:
        description = f"Text {sms.say}" if sms.say else None
        row = {"number": sms.number, "e164": e164(sms.number), "type": "text", "description": description}
        yield Phone, owner | row | {"say": sms.say}
    for schedule in _schedules(service.hours):
        yield Schedule, owner | schedule
    area = service.area
    for kind, names in (("nation", area.nations), ("authority", area.authorities), ("district", area.districts)):
        for name in names:
            yield ServiceArea, owner | {"kind": kind, "name": str(name)}
    yield CostOption, owner | {"amount_description": service.cost}
    for language in service.languages:
        yield Language, owner | {"name": language}
    for need in service.needs:
        yield Attribute, owner | {"taxonomy_term_id": made_id("term", need)}


def _e164(number: str, kind: str) -> str | None:
    return None if kind == "relay" else e164(number)


def _schedules(hours: HoursFile | None) -> Iterator[dict[str, Any]]:
    empty = dict.fromkeys(("freq", "byday", "opens_at", "closes_at", "description", "notes"))
    if hours is None:
        return
    notes = bank_holidays_in_words(hours.bank_holidays)
    if hours.always:
        everyday = {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU"}
        yield empty | everyday | {"description": "Day and night, every day.", "notes": notes}
    for period in hours.periods:
        times = {"byday": ",".join(period.byday), "opens_at": period.opens_at, "closes_at": period.closes_at}
        yield empty | {"freq": "WEEKLY"} | times | {"description": hours.words, "notes": notes}
    if not hours.always and not hours.periods:
        yield empty | {"description": hours.words}


def _numbered(part: type[Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their position in their service, and an id made from it."""
    seen: dict[UUID, int] = defaultdict(int)
    numbered = []
    for row in rows:
        position = seen[row["service_id"]]
        seen[row["service_id"]] += 1
        made = made_id(part.__tablename__, f"{row['service_id']}:{position}")
        numbered.append(row | {"id": made, "position": position})
    return numbered
