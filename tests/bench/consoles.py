"""Open pages of the board, in a process of their own as browsers are: when did each have which board?

    python -m tests.bench.consoles ADDRESS COOKIES NUMBER

Prints `seconds waiting` for each board that has arrived whole: by the machine's steady clock, and how many calls wait
according to that board.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import aiohttp

from tests.harness.assistant import ROOT

PATIENCE = 60.0  # Seconds.
_WAITING = re.compile(rb'class="summary">(\d+) waiting')
_END = b"\r\n\r\n"


class Consoles:
    """The open pages, as whoever measures sees them."""

    def __init__(self, process: asyncio.subprocess.Process, number: int) -> None:
        self.process, self.number = process, number
        self.waiting = 0  # What the newest board says.

    async def until(self, waiting: int | None) -> list[float]:
        """When each page had got a board with so many waiting (None: whatever it says), in seconds."""
        moments: list[float] = []
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while len(moments) < self.number:
                moment, found = (await self.process.stdout.readline()).split()
                if waiting is None or int(found) == waiting:
                    moments.append(float(moment))
                    self.waiting = int(found)
        return moments

    async def changes(self, times: int, change: Callable[[], Awaitable[float]]) -> list[float]:
        """Milliseconds from each change, which tells when it began and leaves one fewer waiting, until each page has
        it."""
        taken = []
        if not self.waiting:
            await self.until(None)
        for _ in range(times):
            began = await change()
            taken += [(moment - began) * 1000 for moment in await self.until(self.waiting - 1)]
        return taken


@asynccontextmanager
async def consoles(url: str, cookies: Mapping[str, str], number: int) -> AsyncIterator[Consoles]:
    """So many pages that follow the events at an address; closed afterwards."""
    command = [sys.executable, "-m", "tests.bench.consoles", url, json.dumps(dict(cookies)), str(number)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        yield Consoles(process, number)
    finally:
        process.kill()
        await process.wait()


async def _follow(http: aiohttp.ClientSession, url: str) -> None:
    async with http.get(url) as response:
        response.raise_for_status()
        kept = b""
        async for chunk in response.content.iter_any():
            *whole, kept = (kept + chunk).split(_END)
            for event in whole:
                if event.startswith(b"event: board") and (found := _WAITING.search(event)):
                    print(time.perf_counter(), int(found[1]), flush=True)


async def _main(url: str, cookies: str, number: int) -> None:
    limits = aiohttp.TCPConnector(limit=0)
    never = aiohttp.ClientTimeout(total=None)
    jar = aiohttp.CookieJar(unsafe=True)  # Addresses without a name get cookies, too.
    async with aiohttp.ClientSession(
        connector=limits, timeout=never, cookies=json.loads(cookies), cookie_jar=jar
    ) as http:
        await asyncio.gather(*(_follow(http, url) for _ in range(number)))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
