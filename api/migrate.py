"""Bringing the database to the present schema. Used by `api database prepare` and by tests."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, pool, text

from api.database import sqlalchemy_url

_IS_THERE = text("SELECT 1 FROM pg_database WHERE datname = :name")
HERE = Path(__file__).parent
_LOCK = text("SELECT pg_advisory_lock(7245131)")  # Two processes never migrate at once.


def create_if_missing(url: str) -> None:
    """Make the database that a URL names, unless it is there."""
    wanted = make_url(sqlalchemy_url(url))
    engine = create_engine(wanted.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=pool.NullPool)
    with engine.connect() as connection:
        found = connection.execute(_IS_THERE, {"name": wanted.database}).scalar()
        if not found:
            connection.execute(text(f'CREATE DATABASE "{wanted.database}"'))
    engine.dispose()


def upgrade(url: str) -> None:
    """Apply every migration that is missing."""
    _run(url, lambda config: command.upgrade(config, "head"))


def newest() -> str | None:
    """The migration that a database of today ends with."""
    return ScriptDirectory(str(HERE / "migrations")).get_current_head()


def revision(url: str, message: str) -> None:
    """Write a new migration from what the models have and the database lacks."""
    _run(url, lambda config: command.revision(config, message, autogenerate=True))


def _run(url: str, action: Callable[[Config], object]) -> None:
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(_LOCK)
        connection.commit()
        config = Config()
        config.set_main_option("script_location", str(HERE / "migrations"))
        config.attributes["connection"] = connection
        action(config)
        connection.commit()
    engine.dispose()
