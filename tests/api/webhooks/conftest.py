"""Other programs: one that stands in for all that may happen, and the receiver of docs/examples on a real port."""

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from api.clients import public_web
from api.clients.public_web import Answer, NotSent
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.examples import example
from tests.harness.line import configure

URL = "https://hospice.example/hook"


@dataclass
class Program:
    """Answers with each status of its plan in turn, then takes everything. A status of 0: it cannot be reached."""

    plan: list[int] = field(default_factory=list)
    retry_after: str = ""  # The header that comes with every answer.
    posted: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    async def post(self, url: str, headers: dict[str, str], body: str, seconds: float, local: bool) -> Answer:
        """As `public_web.post`."""
        self.posted.append((url, headers, body))
        status = self.plan.pop(0) if self.plan else 204
        if not status:
            raise NotSent("not reached")
        return Answer(status, self.retry_after)

    def ids(self) -> list[str]:
        """The ids of the messages, in the order of the tries."""
        return [headers["webhook-id"] for _, headers, _ in self.posted]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Another program at URL."""
    made = Program()
    monkeypatch.setattr(public_web, "post", made.post)
    return made


@pytest.fixture
async def owner(client: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A caller that may do everything."""
    client.headers.update(await seeds.token(*Scope))
    yield client
    del client.headers["authorization"]


@dataclass
class Receiving:
    """The example, listening. `events` is what it took."""

    url: str
    events: list[dict[str, Any]]
    module: Any
    answers: Any = None


@pytest.fixture
def receiving() -> Iterator[Receiving]:
    """The receiver of docs/examples on this machine. It learns its secret when the endpoint is made."""
    module = example("webhook_receiver")
    events: list[dict[str, Any]] = []
    found = Receiving("", events, module)

    class Later:
        def receive(self, headers: dict[str, str], body: bytes) -> int:
            status: int = found.answers.receive(headers, body)
            return status

    server = module.server(Later(), 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    configure(webhook_local="true")
    yield found
    configure(webhook_local="false")
    server.shutdown()
    server.server_close()
    thread.join()
