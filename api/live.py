"""Telling open pages that something changed, over PostgreSQL's LISTEN/NOTIFY.

`changed` speaks inside the transaction, so listeners hear exactly when the change can be read. Each web process keeps
one listening connection and fans out to its open pages. A lost notice costs nothing lasting: pages re-read on a timer.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api import logs, queue, settings
from api.database import said_last

CHANNEL = "nightlight_live"
BOARD = "board"
RELEASE = "release"  # Another release is in use.
_NOTIFY = text("SELECT pg_notify('nightlight_live', topic) FROM unnest(CAST(:topics AS text[])) AS topic")
_log = logs.get(__name__)
_waiting: dict[str, set[asyncio.Event]] = defaultdict(set)


def conversation(conversation_id: object) -> str:
    """The topic of one conversation."""
    return f"conversation:{conversation_id}"


def inbox(team_id: object) -> str:
    """The topic of whatever is said in any conversation of a team."""
    return f"inbox:{team_id}"


async def changed(session: AsyncSession, *topics: str) -> None:
    """Tell listeners, at commit, that these topics have something new to read."""
    said_last(session, _notify).extend(topics)


async def _notify(session: AsyncSession, topics: list[str]) -> None:
    await session.execute(_NOTIFY, {"topics": sorted(set(topics))})


@asynccontextmanager
async def listening(*topics: str) -> AsyncIterator[asyncio.Event]:
    """An event that is set whenever one of the topics changes. Clear it before reading, so that nothing is missed."""
    event = asyncio.Event()
    for topic in topics:
        _waiting[topic].add(event)
    try:
        yield event
    finally:
        for topic in topics:
            _waiting[topic].discard(event)
            if not _waiting[topic]:
                del _waiting[topic]


async def rounds(*topics: str, every: float) -> AsyncIterator[None]:
    """When to read: at once, whenever one of the topics changes, and in any case after `every` seconds."""
    async with listening(*topics) as event:
        while True:
            event.clear()
            yield
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), every)


def _announce(topic: str) -> None:
    for event in _waiting.get(topic, ()):
        event.set()


async def listen_forever() -> None:
    """Hear notices until cancelled, connecting again after every failure."""
    while True:
        with suppress(psycopg.Error, OSError):
            url = queue.libpq_url(settings.get().database_url)
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                _wake_everybody()  # Whatever was said while nobody listened is found by reading again.
                async for notice in connection.notifies():
                    _announce(notice.payload)
        _log.warning("live_connection_lost")
        await asyncio.sleep(1)


def _wake_everybody() -> None:
    for topic in list(_waiting):
        _announce(topic)
