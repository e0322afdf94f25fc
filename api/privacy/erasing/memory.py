"""What the assistant remembers: Rasa's own table of events, in a database that we only ever delete from.

Its columns are those of Rasa 3.6.21's `SQLTrackerStore.SQLEvent`: `sender_id` is the name of a dialogue, `timestamp` is
in seconds. Where no such database is set up, or Rasa has not made its table yet, nothing is remembered.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import pool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from api import settings
from api.database import sqlalchemy_url

AT_ONCE = 500  # Dialogues.
_IS_THERE = text("SELECT to_regclass('events') IS NOT NULL")
_FORGET = text("DELETE FROM events WHERE sender_id = ANY(:dialogues)")
_OLD = text("SELECT sender_id FROM events GROUP BY sender_id HAVING max(timestamp) < :before ORDER BY 1")


def is_set_up() -> bool:
    """Whether we are told where that database is. If not, somebody must clear it who knows."""
    return bool(settings.get().bot_database_url)


@asynccontextmanager
async def _events() -> AsyncIterator[AsyncConnection | None]:
    """A connection in whose transactions events can be deleted. None: there are none."""
    if not is_set_up():
        yield None
        return
    engine = create_async_engine(
        sqlalchemy_url(settings.get().bot_database_url), poolclass=pool.NullPool, hide_parameters=True
    )
    try:
        async with engine.connect() as connection:
            is_there = (await connection.execute(_IS_THERE)).scalar_one()
            yield connection if is_there else None
    finally:
        await engine.dispose()


async def forget(dialogues: Collection[str]) -> int:
    """Forget these dialogues. Returns how many events went. Safe to repeat."""
    async with _events() as connection:
        if connection is None or not dialogues:
            return 0
        done = await connection.execute(_FORGET, {"dialogues": list(dialogues)})
        await connection.commit()
        return done.rowcount


async def forget_before(before: datetime) -> int:
    """Forget every dialogue in which nothing was said since then, some in one transaction. Returns how many."""
    async with _events() as connection:
        if connection is None:
            return 0
        old = list((await connection.execute(_OLD, {"before": before.timestamp()})).scalars())
        await connection.commit()
        for first in range(0, len(old), AT_ONCE):
            await connection.execute(_FORGET, {"dialogues": old[first : first + AT_ONCE]})
            await connection.commit()
        return len(old)
