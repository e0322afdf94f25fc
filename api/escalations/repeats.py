"""Doing once what a caller asks for under one key, however often they ask. A part of the service."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.errors import Conflict
from api.escalations.models import IdempotencyKey


async def once(
    session: AsyncSession, key: str, kind: str, digest: str, make: Callable[[AsyncSession], Awaitable[UUID]]
) -> tuple[UUID, bool]:
    """Make something once for a caller's key: its id, and whether it was already there.

    Raises Conflict when the key was used for another request.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    known = await session.get(IdempotencyKey, key)
    if known is not None:
        if known.request_hash != digest:
            raise Conflict("This Idempotency-Key was used for another request.")
        return known.subject_id, True
    made = await make(session)
    session.add(IdempotencyKey(key=key, kind=kind, subject_id=made, request_hash=digest, created_at=clock.now()))
    await session.flush()
    return made, False
