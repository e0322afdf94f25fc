"""Background work, on the same PostgreSQL: the only module that knows Procrastinate.

Due-time rows in the tables are the truth; a job only wakes the worker. `wake` adds the job inside the caller's own
transaction, so the wake-up exists exactly when the change does, and the worker hears of it at commit (LISTEN/NOTIFY).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api import logs, settings
from api.database import said_last

PAGES = "pages"  # Reaching staff, and what carers in danger must hear: no number of ordinary turns can hold it up.
TURNS = "turns"  # Asking the assistant and delivering what it said.
HOOKS = "hooks"  # Telling other programs: however slow they are, neither of the others waits.
LEARNING = "learning"  # Building releases: minutes of work in a program of its own.
QUEUES = (PAGES, TURNS, HOOKS, LEARNING)
MOST_CONNECTIONS = 8  # One for each queue to listen on, and as many to fetch and finish jobs.
_AT_ONCE = 8
_log = logs.get(__name__)

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY(SELECT ROW(job->>'queue', job->>'task', 0, NULL, NULL, job->'args', NULL)"
    "::procrastinate_job_to_defer_v1 FROM jsonb_array_elements(CAST(:jobs AS jsonb)) AS job))"
)

_FORGET = text(
    "DELETE FROM procrastinate_jobs WHERE status <> 'doing'"
    " AND EXISTS (SELECT 1 FROM jsonb_each_text(args) AS arg WHERE arg.value = ANY(:ids)) RETURNING id"
)


def libpq_url(url: str) -> str:
    """A database URL as libpq wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def make_app() -> App:
    """The Procrastinate application, not yet connected."""
    return App(connector=PsycopgConnector(conninfo=""))


app = make_app()


class _Connector(PsycopgConnector):
    """Procrastinate's own, but listening goes on after the database was away.

    Read in Procrastinate 3: a worker without periodic tasks stops watching its listener at once, so one failure to
    connect again would leave it deaf, and every wake-up late by a sweep, for as long as the process lives.
    """

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        channels = list(channels)
        while True:
            with suppress(ConnectorException):
                await super().listen_notify(on_notification, channels)
            _log.warning("listening_lost", channels=channels)
            await asyncio.sleep(1)


def connector() -> PsycopgConnector:
    """A connector to the configured database, for the worker to open.

    Each of its statements is a transaction by itself, and none waits for the disk: that a job was fetched or is done
    may be forgotten in a power cut, because the rows are the truth and the sweep finds whatever is still due.
    """
    return _Connector(
        conninfo=libpq_url(settings.get().database_url),
        min_size=1,
        max_size=MOST_CONNECTIONS,
        kwargs={"options": "-c synchronous_commit=off"},
        configure=_one_statement_each,
    )


async def _one_statement_each(connection: AsyncConnection) -> None:
    await connection.set_autocommit(True)


async def wake(session: AsyncSession, task: str, queue: str, **args: Any) -> None:
    """Add a job in the caller's transaction. `task` is the full name of the task, for example `channels.turn`.

    `queue` is the one that the task is registered on; a guard test holds both to each other.
    """
    said_last(session, _defer).append({"queue": queue, "task": task, "args": args})


async def _defer(session: AsyncSession, jobs: list[dict[str, Any]]) -> None:
    await session.execute(_DEFER, {"jobs": json.dumps(jobs, default=str)})


async def forget(session: AsyncSession, ids: Iterable[object]) -> int:
    """Remove every job that is about one of these, but for what is being done just now. Returns how many."""
    return len((await session.execute(_FORGET, {"ids": [str(one) for one in ids]})).all())


async def each(task: Callable[[str], Awaitable[object]], rows: Iterable[UUID]) -> None:
    """Run a task for every row as a wake-up would, a few at a time; one that fails is logged and stops no other."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(row_id: UUID) -> None:
        async with places:
            try:
                await task(str(row_id))
            except Exception:
                _log.exception("sweep_item_failed", row_id=str(row_id))

    await asyncio.gather(*(one(row_id) for row_id in rows))
