"""Background work, on the same PostgreSQL: the only module that knows Procrastinate.

Due-time rows in the tables are the truth; a job only wakes the worker. `wake` adds the job inside the caller's own
transaction, so the wake-up exists exactly when the change does, and the worker hears of it at commit (LISTEN/NOTIFY).
"""

import json
from typing import Any

from procrastinate import App, PsycopgConnector
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api import settings

PAGES = "pages"  # Reaching staff. A queue of its own, so that no number of ordinary turns can hold up a page.
TURNS = "turns"  # Answering carers and delivering what was said.
QUEUES = (PAGES, TURNS)

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, NULL, NULL, CAST(:args AS jsonb), NULL)]"
    "::procrastinate_job_to_defer_v1[])"
)


def libpq_url(url: str) -> str:
    """A database URL as libpq wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def make_app() -> App:
    """The Procrastinate application, not yet connected."""
    return App(connector=PsycopgConnector(conninfo=""))


app = make_app()


def connector() -> PsycopgConnector:
    """A connector to the configured database, for the worker to open."""
    return PsycopgConnector(conninfo=libpq_url(settings.get().database_url), min_size=1, max_size=10)


async def wake(session: AsyncSession, task: str, queue: str = TURNS, **args: Any) -> None:
    """Add a job in the caller's transaction. `task` is the full name of the task, for example `channels.turn`."""
    await session.execute(_DEFER, {"queue": queue, "task": task, "args": json.dumps(args, default=str)})
