"""50 calls over ConversationRelay at the same time: is every frame answered, in order, and how soon?

    python -m tests.bench.relay

Makes a database of its own that waits for its disk. Each caller says so many things, one after the other, over a real
WebSocket; each is kept, screened, answered by a stand-in for Rasa that repeats its number, and spoken. Beside it, as
many sockets that only give back what they get. Line, database, callers and stand-in share one machine, and all but the
database one process: the figures are worse than a served line's. No test times this.
"""

import argparse
import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web
from sqlalchemy import func, select

from api import commands, database, telephone
from api.clients import rasa, twilio
from api.conversations.models import Message
from api.conversations.rules import Author
from api.database import transaction
from tests.bench.choosing import NOBODY
from tests.bench.figures import Figures, figures
from tests.harness import postgres
from tests.harness.line import LINE, configure, serve
from tests.harness.ports import free_port
from tests.harness.relay import RelayCall

_NUMBER = re.compile(r"number (\d+)")
_UNANSWERED_AFTER = 60.0  # Seconds.


@dataclass
class Tally:
    """What was sent and what came back. `wrong`: answers to something other than what was said last."""

    sent: int = 0
    answered: int = 0
    wrong: int = 0
    times: list[float] = field(default_factory=list)

    def note(self, began: float, expected: int, words: str) -> None:
        """An answer came."""
        self.times.append(time.perf_counter() - began)
        self.answered += 1
        found = _NUMBER.findall(words)
        self.wrong += found != [str(expected)]


async def one_call(call: RelayCall, times: int, tally: Tally, ready: asyncio.Barrier) -> None:
    """One caller says so many things, each when the one before is answered."""
    await call.ring()
    await ready.wait()
    for number in range(times):
        began, tally.sent = time.perf_counter(), tally.sent + 1
        try:
            async with asyncio.timeout(_UNANSWERED_AFTER):
                tally.note(began, number, await call.say(f"I have a question, it is number {number}"))
        except TimeoutError:
            return
    await call.socket.close()


async def one_echo(http: aiohttp.ClientSession, url: str, times: int, tally: Tally, ready: asyncio.Barrier) -> None:
    """The same number of frames, of the same length, over a socket behind which nothing is done."""
    async with http.ws_connect(f"{url}/echo") as socket:
        await ready.wait()
        for number in range(times):
            began, tally.sent = time.perf_counter(), tally.sent + 1
            await socket.send_str(f'{{"type": "prompt", "voicePrompt": "I have a question, it is number {number}"}}')
            tally.note(began, number, await socket.receive_str())


async def together(many: int, one: Callable[[int, asyncio.Barrier], Awaitable[None]]) -> float:
    """All at the same time. Seconds from when all were ready."""
    ready = asyncio.Barrier(many + 1)
    running = [asyncio.ensure_future(one(place, ready)) for place in range(many)]
    await ready.wait()
    began = time.perf_counter()
    await asyncio.gather(*running)
    return time.perf_counter() - began


@asynccontextmanager
async def beside() -> AsyncIterator[str]:
    """A stand-in for Rasa, and sockets that give back what they get. Their address."""

    async def answer(request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        said = [{"text": f"This is the answer to {text[text.index('number') :]}."}]
        intent = {"name": "benefits_carer", "confidence": 0.9}
        return web.json_response({"replies": said, "intent": intent, "intent_ranking": [intent]})

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for frame in socket:
            await socket.send_str(frame.data)
        return socket

    app, port = web.Application(), free_port()
    app.router.add_post("/webhooks/nightlight/webhook", answer)
    app.router.add_get("/echo", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def run(calls: int, times: int) -> bool:
    """Measure and print. Returns whether no frame was dropped, and none answered out of order."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    wanted = replace(telephone.wanted(), conversation_relay_teams=frozenset({"demo"}))
    telephone.wanted = lambda: wanted  # type: ignore[assignment]
    async with beside() as other, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        configure(public_url=url, twilio_api_url=f"{url}/handset/twilio", handset="true", bot_url=other)
        await commands.load()
        server, task, carrier = await serve(port)
        ours, echo = Tally(), Tally()
        took = await together(
            calls,
            lambda place, ready: one_call(
                RelayCall(http, url, f"+4477009{place:05}", LINE, f"CA{place:032}"), times, ours, ready
            ),
        )
        echo_took = await together(calls, lambda place, ready: one_echo(http, other, times, echo, ready))
        kept = await _kept()
        await carrier.close()
        server.should_exit = True
        await task
    for connection in (twilio, rasa, database):
        await connection.disconnect()
    return _report(calls, (ours, figures(ours.times, took)), (echo, figures(echo.times, echo_took)), kept)


async def _kept() -> int:
    async with transaction() as session:
        found = select(func.count()).select_from(Message).where(Message.author == Author.CARER)
        return (await session.execute(found)).scalar_one()


def _report(calls: int, ours: tuple[Tally, Figures], echo: tuple[Tally, Figures], kept: int) -> bool:
    for name, (tally, found) in ((f"{calls} calls", ours), (f"{calls} echoes", echo)):
        print(f"{name}: {tally.sent} frames sent, {tally.answered} answered, {tally.wrong} out of order")
        print(f"  p50 {found.p50:.1f} ms, p95 {found.p95:.1f} ms, {found.per_second:.1f} a second")
    print(f"{kept} messages kept")
    line = ours[0]
    return line.sent == line.answered == kept and not line.wrong


def main() -> int:
    """Read the choices and measure; exit code 1 when a frame was dropped or answered out of order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--times", type=int, default=10)
    chosen = parser.parse_args()
    configure(**NOBODY)
    with postgres.server(durable=True) as server:
        postgres.make_template(server)
        with postgres.fresh_database(server) as url:
            configure(database_url=url)
            return 0 if asyncio.run(run(chosen.calls, chosen.times)) else 1


if __name__ == "__main__":
    sys.exit(main())
