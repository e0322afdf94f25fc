"""The line as a story's teller sees it: phones that text, a clock to move, background work done when asked."""

import asyncio
import os
import ssl
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from api import clock, logs, queue, settings, worker
from api.channels.handset import routes as handset
from api.clients.pretend import PretendCarrier
from api.clients.pretend_call_forms import PassedCall
from api.database import transaction
from api.main import create_app

LINE = "+447700900100"  # The demonstration team's number for carers.
PAGER = "+447700900199"
CARER, OTHER_CARER = "+447700900001", "+447700900002"
NURSE_ONE, NURSE_TWO, LEAD = "+447700900201", "+447700900202", "+447700900203"
TRUST = ssl.create_default_context()  # For all clients of the run: to read what it trusts takes one 20 ms.
_JOBS_LEFT = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")


@dataclass
class Line:
    """The running line. `url` is its public address, `client` a browser without JavaScript."""

    url: str
    carrier: PretendCarrier
    client: httpx.AsyncClient

    async def text(self, sender: str, body: str, to: str = LINE, **extra: str) -> int:
        """Somebody texts; then everything that follows from it at once is done. Returns our answer's HTTP status."""
        status = await self.carrier.send_in(sender, to, body, "", False, **extra)
        await self.settle()
        return status

    async def staff_text(self, sender: str, body: str) -> int:
        """A nurse texts the staff number."""
        return await self.text(sender, body, to=PAGER)

    def phone(self, number: str) -> list[str]:
        """Every text that has arrived on a phone, oldest first."""
        return [one.body for one in self.carrier.to_phone(number)]

    def last(self, number: str) -> str:
        """The newest text on a phone."""
        received = self.phone(number)
        assert received, f"nothing has arrived on {number}"
        return received[-1]

    def call(self, number: str) -> PassedCall:
        """The newest call to a phone."""
        calls = self.carrier.switchboard.of(number)
        assert calls, f"{number} was never rung"
        return calls[-1]

    async def pick_up(self, number: str) -> PassedCall:
        """Somebody picks up the phone that rings. Returns the call, with what was said so far."""
        call = self.call(number)
        assert call.status == "ringing", f"{number} does not ring: {call.status}"
        await self.carrier.switchboard.answer(call)
        await self.settle()
        return call

    async def key(self, number: str, key: str) -> PassedCall:
        """Whoever holds that phone presses a key."""
        call = self.call(number)
        await self.carrier.switchboard.press(call, key)
        await self.settle()
        return call

    async def ring(self, number: str, to: str = LINE) -> PassedCall:
        """Somebody rings the line. Returns the call, with what they hear first."""
        call = await self.carrier.switchboard.ring_line(number, to)
        await self.settle()
        return call

    async def say(self, number: str, words: str, sure: float = 0.9) -> PassedCall:
        """Whoever holds that phone speaks; `sure`: how sure the recogniser is."""
        call = self.call(number)
        await self.carrier.switchboard.speak(call, words, sure)
        await self.settle()
        return call

    async def silence(self, number: str) -> PassedCall:
        """Nothing is said, and no key pressed, until the line waits no longer."""
        call = self.call(number)
        await self.carrier.switchboard.stay_silent(call)
        await self.settle()
        return call

    async def call_ends(self, number: str, how: str = "completed") -> PassedCall:
        """They hang up; or, in the carrier's words, the phone is `busy`, or rings out: `no-answer`."""
        call = self.call(number)
        await self.carrier.switchboard.end(call, how)
        await self.settle()
        return call

    async def settle(self) -> None:
        """Do all background work that is announced, until there is none."""
        for _ in range(20):
            await run_jobs()
            await self.carrier.settle()
            async with transaction() as session:
                if not (await session.execute(_JOBS_LEFT)).scalar_one():
                    return
        raise AssertionError("background work never ends")

    async def sweep(self) -> None:
        """One round of the worker's search for due work, and what follows from it."""
        for one in worker.SWEEPS:
            await one()
        await self.settle()

    async def later(self, **time: float) -> None:
        """Move the clock, at most half a minute at a time, letting the worker look for due work at each step."""
        left = timedelta(**time)
        while left > timedelta():
            step = min(left, timedelta(seconds=30))
            clock.move(step)
            left -= step
            await self.sweep()

    async def jump(self, **time: float) -> None:
        """Move the clock in one go and let the worker look once: for what is due at that time, whatever came before."""
        clock.move(timedelta(**time))
        await self.sweep()


async def run_jobs() -> None:
    """What the worker process does, until its queues are empty."""
    with queue.app.replace_connector(queue.connector()) as app:
        async with app.open_async():
            await app.run_worker_async(
                queues=list(queue.QUEUES),
                concurrency=8,
                wait=False,
                install_signal_handlers=False,
                listen_notify=False,
                delete_jobs="always",
            )


class Server(uvicorn.Server):
    """Notices at once that it shall stop: hundreds of tests wait for it."""

    async def main_loop(self) -> None:
        """Uvicorn's own, ten times as often."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            await asyncio.sleep(0.01)


@cache
def application() -> FastAPI:
    """One for the whole run: half a second goes by until it has worked out its routes."""
    return create_app()


async def serve(port: int) -> tuple[uvicorn.Server, asyncio.Task[None], PretendCarrier]:
    """The application on a real port, in this event loop, so that the test's clock is its clock."""
    app = application()
    handset.lay_out(app)
    logs.configure(settings.get().log_level)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="on")
    server = Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    app.state.carrier.switchboard.real_time = False  # A test says when time passes.
    return server, task, app.state.carrier


def configure(**values: str) -> None:
    """Set settings (`NIGHTLIGHT_<name>`) for this process and read them anew."""
    for name, value in values.items():
        os.environ[f"NIGHTLIGHT_{name.upper()}"] = value
    settings.get.cache_clear()
