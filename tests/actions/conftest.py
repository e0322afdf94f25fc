"""A server of the test's own that answers as the API would, and the client that speaks to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.api_client import ApiClient

TOKEN = "service-token"


@dataclass
class Asked:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class StandInApi:
    """Answers every POST with `status` and `body` after `delay` seconds, and remembers what was asked."""

    url: str = ""
    status: int = 201
    delay: float = 0.0
    body: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        sent = json.loads(await reader.readexactly(int(headers["content-length"])))
        self.asked.append(Asked(head[0].split()[1], headers, sent))
        await asyncio.sleep(self.delay)
        body = json.dumps(self.body)
        length = f"Content-Length: {len(body)}\r\nConnection: close"
        writer.write(f"HTTP/1.1 {self.status} Any\r\n{length}\r\n\r\n{body}".encode())
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
    made = ApiClient(api.url, TOKEN, timeout_seconds=0.3)
    for module in ("person_please", "not_understood", "questions", "texting"):
        monkeypatch.setattr(f"actions.{module}.shared_client", lambda: made)
    yield made
    await made.close()
