"""A server of the test's own that answers as the API would, and the client that speaks to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.api_client import ApiClient

TOKEN = "service-token"
Answer = Callable[[dict[str, Any]], tuple[int, object]]  # From the body that was sent: the status and the body back.


@dataclass
class Asked:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    method: str = "POST"


@dataclass
class StandInApi:
    """Answers every request with `status` and `body` after `delay` seconds, and remembers what was asked.

    `answers` has what is answered instead while `status` is a success, by method and path.
    """

    url: str = ""
    status: int = 201
    delay: float = 0.0
    body: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        sent = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or "{}")
        method, path, _ = head[0].split()
        self.asked.append(Asked(path, headers, sent, method))
        await asyncio.sleep(self.delay)
        answer = self.answers.get(f"{method} {path.partition('?')[0]}") if self.status < 300 else None
        status, back = answer(sent) if answer else (self.status, self.body)
        said = json.dumps(back)
        head_back = f"HTTP/1.1 {status} Any\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n"
        writer.write((head_back + said).encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def api() -> AsyncIterator[StandInApi]:
    """The stand-in, listening."""
    stand_in = StandInApi()
    server = await asyncio.start_server(stand_in.answer, "127.0.0.1", 0)
    stand_in.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield stand_in
    server.close()


@pytest.fixture
async def client(api: StandInApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ApiClient]:
    """The client that the actions share, with a short deadline."""
    made = ApiClient(api.url, TOKEN, timeout_seconds=0.8)
    for module in ("person_please", "not_understood", "questions", "guides", "places", "texting", "offers"):
        monkeypatch.setattr(f"actions.{module}.shared_client", lambda: made)
    yield made
    await made.close()
