"""A line that answers as it is told to, address by address, and a pretend carrier that rings it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from api.clients.pretend import PretendCarrier

PUBLIC = "https://line.example"


class Script:
    """What we answer at each address (the inside of a Response, or a whole document), and what was posted there."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.posted: list[tuple[str, dict[str, str]]] = []

    async def take(self, request: web.Request) -> web.Response:
        """One webhook. An address without words of its own is not there."""
        self.posted.append((request.path, {name: str(value) for name, value in (await request.post()).items()}))
        words = self.says.get(request.path)
        if words is None:
            return web.Response(status=404)
        return web.Response(text=words if words.startswith("<?") else f"<Response>{words}</Response>")

    def to(self, path: str) -> list[dict[str, str]]:
        """What was posted to an address."""
        return [form for at, form in self.posted if at == path]

    async def comes(self, path: str, times: int = 1) -> list[dict[str, str]]:
        """What was posted to an address, once it has come."""
        for _ in range(6000):
            if len(self.to(path)) >= times:
                break
            await asyncio.sleep(0.01)
        return self.to(path)


@asynccontextmanager
async def answering(script: Script) -> AsyncIterator[str]:
    """The address at which the script answers."""
    app = web.Application()
    app.router.add_post("/{rest:.*}", script.take)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@asynccontextmanager
async def played(script: Script) -> AsyncIterator[PretendCarrier]:
    """A pretend carrier whose webhooks the script answers."""
    async with answering(script) as address:
        made = PretendCarrier("a-token", "AC" + "0" * 31 + "1", PUBLIC, {}, reach=address)
        yield made
        await made.close()
