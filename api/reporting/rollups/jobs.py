"""Keeps what the figures are counted from. Each transaction counts some rows only, so that it holds up nobody."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import batched
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.database import transaction
from api.reporting.calls import service as calls
from api.reporting.contacts import service as contacts
from api.reporting.rollups import service

EVERY = timedelta(minutes=10)
BATCH = 500  # Conversations, or calls for help.


async def sweep() -> None:
    """Count again if that is due."""
    async with transaction() as session:
        since = await service.counted(session)
    if since is None or since.up_to + EVERY <= clock.now():
        await count()


async def count(anew: bool = False) -> None:
    """Count whatever may have changed. `anew`: everything, from the first message on."""
    now = clock.now()
    async with transaction() as session:
        since = None if anew else await service.counted(session)
        seq = await service.newest_message(session)
        talks = await service.changed_conversations(session, since)
        helped = await service.changed_calls(session, since)
    await _each(talks, contacts.count)
    await _each(helped, calls.count)
    async with transaction() as session:
        await service.note_counted(session, now, seq)


async def _each(ids: Sequence[UUID], count: Callable[[AsyncSession, list[UUID]], Awaitable[None]]) -> None:
    for some in batched(ids, BATCH, strict=False):
        async with transaction() as session:
            await service.alone(session)
            await count(session, list(some))
