"""Reports of faults: made when one is accepted, finished by a change at the desk, or without one and with a reason."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.directory.models import Service
from api.directory.reports.models import Report
from api.directory.reports.rules import Outcome
from api.directory.signposts.models import Signpost
from api.errors import Conflict, NotFound
from api.people.models import Person

FINISHED_LIMIT = 50  # Finished reports that a page shows.
_OPEN = Report.finished_at.is_(None)


async def make(
    session: AsyncSession, service_id: UUID | None, fault: str, words: str, by: Person, at: datetime
) -> Report:
    """Put a fault before the directory's keepers, in the words of whoever found it."""
    new = Report(service_id=service_id, fault=fault, words=words, reported_by=by, reported_at=at)
    session.add(new)
    await session.flush()
    audit.record(session, by.actor, "reported_fault", "directory_report", new.id, fault=fault)
    return new


async def one(session: AsyncSession, report_id: UUID, lock: bool = False) -> Report:
    """A report. Raises NotFound."""
    found = select(Report).where(Report.id == report_id).execution_options(populate_existing=lock)
    row = (await session.execute(found.with_for_update(of=Report) if lock else found)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such report.")
    return row


async def open_ones(session: AsyncSession, *among: ColumnElement[bool]) -> Sequence[Report]:
    """Those that nobody has finished, the oldest first."""
    found = select(Report).where(_OPEN, *among).order_by(Report.reported_at, Report.id)
    return (await session.execute(found)).scalars().all()


async def open_of(session: AsyncSession, service_id: UUID) -> Sequence[Report]:
    """Those about one record."""
    return await open_ones(session, Report.service_id == service_id)


async def count_open(session: AsyncSession) -> int:
    """How many nobody has finished."""
    return (await session.execute(select(func.count()).select_from(Report).where(_OPEN))).scalar_one()


async def finished(session: AsyncSession) -> Sequence[Report]:
    """Those that are finished, the newest first."""
    found = select(Report).where(~_OPEN).order_by(Report.finished_at.desc(), Report.id).limit(FINISHED_LIMIT)
    return (await session.execute(found)).scalars().all()


async def settle(
    session: AsyncSession,
    person: Person,
    report_ids: Collection[UUID],
    service_id: UUID,
    outcome: Outcome,
    reason: str,
) -> None:
    """A change of this record sees to these reports. What somebody else has finished meanwhile stays as it is."""
    theirs = (Report.service_id == service_id) | Report.service_id.is_(None)
    found = select(Report).where(_OPEN, Report.id.in_(report_ids), theirs).with_for_update(of=Report)
    for row in (await session.execute(found)).scalars():
        row.service_id = service_id
        _finish(session, person, row, outcome, reason)


async def end(session: AsyncSession, person: Person, report_id: UUID, outcome: Outcome, reason: str) -> None:
    """Finish a report without a change. Raises Conflict where somebody has finished it."""
    row = await one(session, report_id, lock=True)
    if row.finished_at is not None:
        raise Conflict("Somebody has finished this report already.")
    _finish(session, person, row, outcome, reason)


def _finish(session: AsyncSession, person: Person, row: Report, outcome: Outcome, reason: str) -> None:
    row.outcome, row.reason, row.finished_by, row.finished_at = outcome, reason, person, clock.now()
    audit.record(session, person.actor, "finished_report", "directory_report", row.id, outcome=outcome)


async def records(session: AsyncSession, conversation_id: UUID) -> list[tuple[UUID, str, bool]]:
    """Id and name of every record that can be reported, and whether the carer was told of it: those come first."""
    told = exists().where(Signpost.conversation_id == conversation_id, Service.code == any_(Signpost.service_codes))
    found = select(Service.id, Service.name, told.label("told")).where((Service.status == "active") | told)
    rows = (await session.execute(found.order_by(told.desc(), Service.name, Service.id))).all()
    return [(row.id, row.name, row.told) for row in rows]
