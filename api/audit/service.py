"""Writing and reading the audit log."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit.models import AuditEntry
from api.audit.rules import Asked


def record(
    session: AsyncSession, actor: str, action: str, subject_kind: str, subject_id: object, **detail: Any
) -> None:
    """Add one entry to the caller's transaction.

    `actor` is `staff:<id>`, `service:<name>`, `job:<name>` or `carer`. `action` is `<verb>` in the past tense, such as
    `signed_in`, `read`, `accepted`. `detail` never holds a carer's words or number.
    """
    session.add(
        AuditEntry(
            at=clock.now(),
            actor=actor,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            detail=detail,
        )
    )


async def count(session: AsyncSession, action: str, subject_kind: str, subject_id: object, since: datetime) -> int:
    """How often this was done to this subject from a moment on."""
    found = select(func.count()).where(
        AuditEntry.subject_kind == subject_kind,
        AuditEntry.subject_id == str(subject_id),
        AuditEntry.action == action,
        AuditEntry.at >= since,
    )
    return (await session.execute(found)).scalar_one()


async def find(
    session: AsyncSession, asked: Asked, limit: int, only: Collection[str] | None = None
) -> Sequence[AuditEntry]:
    """The newest entries that were asked for, at most so many.

    `only`: the ids of the people whose doings, and what was done to whom, may be seen. None: everything may.
    """
    found = _narrowed(select(AuditEntry), asked)
    if only is not None:
        actors = [f"staff:{one}" for one in only]
        on_them = and_(AuditEntry.subject_kind == "person", AuditEntry.subject_id.in_(only))
        found = found.where(or_(AuditEntry.actor.in_(actors), on_them))
    return (await session.execute(found.order_by(AuditEntry.seq.desc()).limit(limit))).scalars().all()


def _narrowed(found: Select[AuditEntry], asked: Asked) -> Select[AuditEntry]:
    for name in ("actor", "subject_kind", "subject_id", "action"):
        if value := getattr(asked, name):
            found = found.where(getattr(AuditEntry, name) == value)
    if asked.since:
        found = found.where(AuditEntry.at >= asked.since)
    if asked.until:
        found = found.where(AuditEntry.at < asked.until)
    return found.where(AuditEntry.seq < asked.before) if asked.before is not None else found
