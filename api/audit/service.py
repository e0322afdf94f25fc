"""Writing the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit.models import AuditEntry


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
