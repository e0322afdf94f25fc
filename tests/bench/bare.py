"""A bare FastAPI page and a bare stream: what showing so many lines costs on this machine at the very least.

The lines are kept in memory and have the marks of the board's one-line calls. No database, no sign-in, no timeline; a
change is put together once and sent whole to every open page.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from sse_starlette import EventSourceResponse, ServerSentEvent

from tests.harness.assistant import Program, start, wait_for
from tests.harness.ports import free_port

LINES = int(os.environ.get("BARE_LINES", "500"))
_PAGE = Environment(autoescape=True).from_string("""<p class="summary">{{ waiting }} waiting</p><ol class="brief">
{% for one in lines %}<li class="brief__one"><span class="urgency urgency--p1"><b>P1</b></span>
<a class="brief__link" id="call-{{ one.id }}" href="/console/escalations/{{ one.id }}">{{ one.title }}</a>
<span>{{ one.state }}. {{ one.who }}. Accept by 02:14: <strong>84 min late</strong></span></li>
{% endfor %}</ol>""")


class Board:
    """The lines, and whoever waits for them to change."""

    def __init__(self) -> None:
        self.lines = [
            {"id": uuid4(), "title": "Breathlessness", "state": "Waiting", "who": "Nobody yet"} for _ in range(LINES)
        ]
        self.event, self.changed = self._event(), asyncio.Event()

    def html(self) -> str:
        """The board."""
        waiting = sum(line["state"] == "Waiting" for line in self.lines)
        return _PAGE.render(lines=self.lines, waiting=waiting)

    def _event(self) -> bytes:
        return ServerSentEvent(event="board", data=self.html()).encode()

    def accept(self) -> None:
        """Somebody takes the first that waits."""
        next(line for line in self.lines if line["state"] == "Waiting").update(state="Accepted", who="Demo Nurse One")
        self.event, changed, self.changed = self._event(), self.changed, asyncio.Event()
        changed.set()

    async def events(self) -> AsyncIterator[bytes]:
        """The board now, and again whenever it changes."""
        while True:
            changed = self.changed
            yield self.event
            await changed.wait()


def make() -> FastAPI:
    """The application."""
    bare, board = FastAPI(), Board()

    @bare.get("/")
    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(board.html())

    @bare.get("/events")
    async def follow() -> EventSourceResponse:
        return EventSourceResponse(board.events())

    @bare.post("/accept")
    async def accept() -> None:
        board.accept()

    return bare


@contextmanager
def bare_program(folder: Path, calls: int) -> Iterator[Program]:
    """The bare application, in a process of its own as the web process is."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "tests.bench.bare:make", "--port", str(port)]
    options = ["--no-access-log", "--timeout-keep-alive", "75"]
    program = start([*command, *options], folder / "bare.log", f"http://127.0.0.1:{port}", BARE_LINES=str(calls))
    try:
        wait_for(program, "/")
        yield program
    finally:
        program.kill()
