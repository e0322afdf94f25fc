"""The web process with a stopwatch on its database: how long each transaction of a webhook holds its connection.

A connection is taken from the pool when a transaction begins and given back after its commit, so the time between is
the transaction's own. `GET /measured` hands over the times for the carers' webhook, in seconds, and forgets them.
"""

import time
from contextvars import ContextVar
from typing import Any

from fastapi import FastAPI
from sqlalchemy import event
from starlette.types import ASGIApp, Receive, Scope, Send

from api import database
from api.main import create_app

_path: ContextVar[str] = ContextVar("path", default="")
_times: list[float] = []


class _Path:
    """Remembers which path the work at hand is for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _path.set(scope.get("path", ""))
        await self.app(scope, receive, send)


def _taken(_connection: Any, record: Any, _proxy: Any) -> None:
    record.info["taken"] = (_path.get(), time.perf_counter())


def _given_back(_connection: Any, record: Any) -> None:
    path, taken = record.info.pop("taken", ("", 0.0))
    if path == "/twilio/sms":
        _times.append(time.perf_counter() - taken)


def measured() -> list[float]:
    """The times since this was last asked."""
    found = _times.copy()
    _times.clear()
    return found


def make() -> FastAPI:
    """The application, watched."""
    watched = create_app()
    watched.add_api_route("/measured", measured)
    watched.add_middleware(_Path)
    pool = database.connect().sync_engine.pool
    event.listen(pool, "checkout", _taken)
    event.listen(pool, "checkin", _given_back)
    return watched


app = make()
