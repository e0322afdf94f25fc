"""The database: the engine, one transaction at the edge, and what every table shares.

Services take a session and never commit. Routes, jobs and commands open `transaction()`, which commits when the block
ends and rolls everything back when it raises.
"""

import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Engine, MetaData, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from api import settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_LAST, _USED = "said_last", "used"
REST_SECONDS = 1.0


class Base(DeclarativeBase):
    """What every table is built on."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012  (SQLAlchemy's own form)


class Identified:
    """A primary key that says nothing about the row."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class _Connections:
    engine: AsyncEngine | None = None
    sessions: async_sessionmaker[AsyncSession] | None = None
    by_statement: async_sessionmaker[AsyncSession] | None = None


def sqlalchemy_url(url: str) -> str:
    """A libpq URL in the form that SQLAlchemy wants."""
    return url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)


def connect() -> AsyncEngine:
    """Open the engine of this process (once)."""
    if _Connections.engine is None:
        wanted = settings.get()
        _Connections.engine = create_async_engine(
            sqlalchemy_url(wanted.database_url),
            pool_size=wanted.database_pool,
            max_overflow=5,
            pool_timeout=10,
            pool_use_lifo=True,  # The connection used last has its statements prepared and its caches warm.
            hide_parameters=True,  # An error must not quote what a carer wrote.
        )
        _try_after_rest(_Connections.engine.sync_engine)
        _Connections.sessions = async_sessionmaker(_Connections.engine, expire_on_commit=False)
        by_statement = _Connections.engine.execution_options(isolation_level="AUTOCOMMIT")
        _Connections.by_statement = async_sessionmaker(by_statement, expire_on_commit=False)
    return _Connections.engine


async def disconnect() -> None:
    """Close every connection of this process."""
    if _Connections.engine is not None:
        await _Connections.engine.dispose()
    _Connections.engine = _Connections.sessions = _Connections.by_statement = None


def _try_after_rest(engine: Engine) -> None:
    """Try a connection that has rested before it is used again, and drop the whole pool if it has died.

    A carrier never sends again what met an error, so no message may be the one that finds this out.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(_USED, math.inf) > REST_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error


@asynccontextmanager
async def transaction() -> AsyncIterator[AsyncSession]:
    """One transaction: committed at the end of the block, rolled back if the block raises."""
    connect()
    assert _Connections.sessions is not None
    async with _Connections.sessions() as session, session.begin():
        yield session
        while last := session.info.pop(_LAST, {}):  # What is said last may have something to say itself.
            for say, things in last.items():
                await say(session, things)


@asynccontextmanager
async def single() -> AsyncIterator[AsyncSession]:
    """For work that is one statement: each is a transaction by itself, without the two round trips around it."""
    connect()
    assert _Connections.by_statement is not None
    async with _Connections.by_statement() as session, session.begin():
        yield session


def said_last(session: AsyncSession, say: Callable[[AsyncSession, list[Any]], Awaitable[None]]) -> list[Any]:
    """A list that `say` is given once, as the last thing before this transaction commits.

    So what a transaction tells others costs one statement, however much there is to tell.
    """
    last: dict[Any, list[Any]] = session.info.setdefault(_LAST, {})
    return last.setdefault(say, [])


async def is_reachable() -> bool:
    """Whether the database answers."""
    try:
        async with connect().connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception:  # Any failure at all means the same to a health check.
        return False
    return True
