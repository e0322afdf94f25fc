"""Traces of a person in rows that do not hang from their conversations: sheets, texts, searches, deliveries, jobs.

Rows are read and compared here, not in the database: a sealed column can only be compared where it is opened.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from api import queue
from api.audit.models import AuditEntry
from api.escalations.models import Escalation
from api.handovers.models import Handover, HandoverCorrection
from api.paging.models import Page, StaffReply, StaffText
from api.privacy.erasing.rules import ERASED, tells, without
from api.review.reading.models import SavedSearch
from api.webhooks.models import Delivery

AFTER = timedelta(hours=1)  # For as long after the end of a call for help, what a nurse texts may be about it.
_MAY_ERASE = text("SELECT set_config('nightlight.erasing', 'yes', true)")  # Until this transaction ends.
_ID_KEYS = ("conversation_id", "escalation_id", "task_id", "referral_id", "page_id", "message_id", "id")


@dataclass(frozen=True, slots=True)
class Traces:
    """What is looked for: ids of rows that will be gone, and words. `since`: nothing is older."""

    ids: frozenset[str]
    words: frozenset[str]
    since: datetime


async def clear(session: AsyncSession, escalation_ids: Collection[UUID], traces: Traces) -> Counter[str]:
    """Take the person out of all of it. Returns how many rows of each table were changed or deleted."""
    await session.execute(_MAY_ERASE)
    counts = Counter[str]()
    counts[Handover.__tablename__] = await _sheets(session, traces)
    counts[StaffReply.__tablename__] = await _replies(session, escalation_ids, traces)
    corrections = select(HandoverCorrection).where(HandoverCorrection.at >= traces.since)
    # A page's text is about one call for help. Theirs go with it; another's must reach its nurse as it is.
    texts = select(StaffText).where(StaffText.created_at >= traces.since, StaffText.page_id.is_(None))
    for model, found in ((HandoverCorrection, corrections), (StaffText, texts)):
        counts[model.__tablename__] = await _texts(session, found, traces)
    counts[SavedSearch.__tablename__] = await _searches(session, traces)
    counts[Delivery.__tablename__] = await _deliveries(session, traces)
    counts["procrastinate_jobs"] = await queue.forget(session, traces.ids)
    return +counts


async def _sheets(session: AsyncSession, traces: Traces) -> int:
    changed = 0
    for one in (await session.execute(select(Handover).where(Handover.made_at >= traces.since))).scalars():
        sheet, gone = without(one.sheet, traces.ids)
        if gone:
            one.sheet = sheet
            changed += 1
    return changed


async def _replies(session: AsyncSession, escalation_ids: Collection[UUID], traces: Traces) -> int:
    """What those who were paged texted while it went on, whatever it says; and any other reply that names them."""
    pages = select(Page.person_id, Escalation.raised_at, Escalation.resolved_at)
    pages = pages.join(Escalation, Escalation.id == Page.escalation_id).where(Escalation.id.in_(escalation_ids))
    spans = (await session.execute(pages)).all()
    found = (await session.execute(select(StaffReply).where(StaffReply.at >= traces.since))).scalars()

    def is_about(one: StaffReply) -> bool:
        return any(
            one.person_id == person_id and begun <= one.at and (ended is None or one.at <= ended + AFTER)
            for person_id, begun, ended in spans
        )

    return _blank(one for one in found if is_about(one) or tells(one.words, traces.words))


async def _texts(session: AsyncSession, texts: Select[Any], traces: Traces) -> int:
    found = (await session.execute(texts)).unique().scalars()
    return _blank(one for one in found if tells(one.words, traces.words))


def _blank(rows: Iterable[Any]) -> int:
    count = 0
    for one in rows:
        one.words = ERASED
        count += 1
    return count


async def _searches(session: AsyncSession, traces: Traces) -> int:
    """Searches that a reviewer keeps: without what was looked for they are none, so they go."""
    found = (await session.execute(select(SavedSearch).where(SavedSearch.created_at >= traces.since))).scalars()
    gone = [one for one in found if tells(f"{one.name} {one.filters}", traces.words)]
    for one in gone:
        await session.delete(one)
    return len(gone)


async def _deliveries(session: AsyncSession, traces: Traces) -> int:
    """They hold ids and states alone; even the ids go."""
    ids = cast(list(traces.ids), ARRAY(Text))
    about = or_(*(Delivery.data[key].astext == func.any(ids) for key in _ID_KEYS))
    done = await session.execute(delete(Delivery).where(about))
    return int(done.rowcount)  # type: ignore[attr-defined]  # A delete has one.


async def told_by_audit(session: AsyncSession, traces: Traces) -> int:
    """How many entries of the audit log hold one of the traces. There must be none: nothing there can be changed."""
    found = select(AuditEntry.subject_id, AuditEntry.detail).where(AuditEntry.at >= traces.since)
    rows = await session.stream(found)
    return sum([tells(f"{subject} {detail}", traces.words) async for subject, detail in rows])
