"""Importing into the directory, exporting the whole of it, and staff verifying what was imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.directory import service as directory
from api.directory.exchange.gathering import Gathered, entry_of, restored_record, slug
from api.directory.exchange.reading import host, is_address
from api.directory.exchange.rules import Entry, Plan, plan, restoration
from api.directory.exchange.schemas import FeedFile, ImportsFile, Ours, RestoredIn
from api.directory.files.service import made_id, one_at_a_time, put, put_terms
from api.directory.models import Organization, Service
from api.directory.rules import Confidence, Need
from api.directory.schemas import PageQuery, ServiceOut, of_page
from api.errors import BadData, Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Known:
    """What data/directory_imports.yml says of one feed, and what all feeds' terms mean."""

    feed: FeedFile
    terms: Mapping[str, list[Need]]


def known(path: Path, source: str, name: str = "") -> Known:
    """What we know of the feed that a source is; `name`: what the operator calls it. Raises BadData."""
    try:
        file = ImportsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, OSError) as error:
        raise BadData(f"{path.name}: {error}") from error
    whole, short = (host(source),) * 2 if is_address(source) else (Path(source).name, Path(source).stem)
    wanted = slug(name or short)
    if not wanted:
        raise Invalid("Give the feed a name of letters and digits with --feed.")
    found = next((one for one in file.feeds if one.feed == wanted), None)
    return Known(found or FeedFile(feed=wanted, name=name or whole), file.terms)


async def planned(session: AsyncSession, gathered: Gathered) -> Plan:
    """What an import of a feed would do. Nobody else changes the directory until the transaction ends."""
    await one_at_a_time(session)
    return plan(gathered.feed, await _held(session), gathered.entries, gathered.unread)


async def planned_restoration(session: AsyncSession, gathered: Gathered) -> Plan:
    """What putting back an export of our own would do."""
    await one_at_a_time(session)
    return restoration(await _held(session), gathered.entries)


async def apply(session: AsyncSession, gathered: Gathered, planned: Plan) -> None:
    """Do what was planned, all of it or, if something fails, nothing."""
    records = [gathered.records[one.code] for one in gathered.entries if one.code in planned.written]
    names = {record.service.organisation for record in records}
    rows = [
        {"id": made_id("organization", name), "name": name, "description": gathered.organizations[name]}
        for name in sorted(names)
    ]
    if records:
        await session.execute(insert(Organization).on_conflict_do_nothing(), rows)  # Ours keep their description.
        await put_terms(session)
        await put(session, records)
    if gone := [one.code for one in planned.retired]:
        retire = update(Service).where(Service.code.in_(gone)).values(status="inactive", last_modified=clock.now())
        await session.execute(retire)
    if records or gone:
        await directory.changed(session)
    counts = {"added": len(planned.added), "changed": len(planned.changed), "retired": len(planned.retired)}
    clashes, bad = len(planned.clashes), len({fault.where for fault in gathered.faults})
    feed = gathered.feed or "export"
    audit.record(
        session, "command:import", "directory_imported", "directory", feed, **counts, clashes=clashes, left_out=bad
    )


async def export(session: AsyncSession) -> dict[str, Any]:
    """The whole directory, inactive services and those for staff only too, as one page of the standard.

    What only we say of a service stands in its member `nightlight`.
    """
    contents = [exported(one) for one in await directory.whole(session)]
    one_page = PageQuery.model_construct(page=1, per_page=max(len(contents), 1))
    return {**of_page(len(contents), one_page, len(contents)), "contents": contents}


def exported(service: Service) -> dict[str, Any]:
    """One service as the export has it."""
    shown = ServiceOut.model_validate(service).model_dump(mode="json", exclude_none=True)
    ours = Ours.model_validate(service, from_attributes=True)
    return {**shown, "nightlight": ours.model_dump(mode="json", exclude_none=True)}


async def verify(session: AsyncSession, code: str, confidence: Confidence, who: str) -> None:
    """A member of staff has found out that an imported record is right. Our own are verified in their files."""
    found = (await session.execute(select(Service).where(Service.code == code))).scalar_one_or_none()
    if found is None or found.status != "active":
        raise NotFound(f"There is no active record {code}.")
    if found.feed is None:
        raise Conflict(f"{code} is our own record: write what was found out into data/directory/{found.file}.")
    if confidence is Confidence.LOW:
        raise Invalid("Verified is what has medium or high confidence.")
    now = clock.now()
    found.confidence, found.unverified = confidence, []
    found.assured_date, found.last_modified = now.astimezone(clock.UK).date(), now
    await directory.changed(session)
    audit.record(
        session, "command:verify", "directory_verified", "service", found.id, code=code, confidence=confidence, by=who
    )


async def _held(session: AsyncSession) -> list[Entry]:
    """What the directory holds, as it is compared: read back by the way in which an export is."""
    services = await directory.whole(session)
    return [entry_of(restored_record(RestoredIn.model_validate(exported(one)))) for one in services]
