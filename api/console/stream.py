"""Keeping an open page true: its parts are read again whenever something changes, and sent when they differ."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import ServerSentEvent

from api import clock, live
from api.database import transaction
from api.people import service as people
from api.people.access import Staff

READ_EVERY = 10.0  # Seconds. Lengths of time on the page grow by themselves, and a lost notice costs no more than this.

type Parts = dict[str, str]
type Read = Callable[[AsyncSession], Awaitable[Parts]]


class Together:
    """One reading for all open pages that show the same and ask at the same moment.

    Whoever asks gets a reading that began after they asked: one that is under way may have missed what woke them.
    """

    def __init__(self) -> None:
        self._reading = asyncio.Lock()
        self._next: asyncio.Task[Parts] | None = None

    async def read(self, read: Read) -> Parts:
        """The parts, read by whoever of those that wait came first."""
        if self._next is None:
            self._next = asyncio.create_task(self._begin(read))
        return await asyncio.shield(self._next)

    async def _begin(self, read: Read) -> Parts:
        async with self._reading:
            self._next = None
            return await _read_once(read)


async def _read_once(read: Read) -> Parts:
    async with transaction() as session:
        return await read(session)


async def watch(
    current: Staff, topics: tuple[str, ...], read: Read, together: Together | None = None
) -> AsyncIterator[ServerSentEvent]:
    """The parts of a page as events of their names, each when it changed; `tick` in every round; `over` at sign-out.

    A page that has heard no tick for a while knows that its connection is dead. Watching does not count as using the
    session: a page that was left open ends with it. `together`: others show the same, so it is read once for all.
    """
    sent: Parts = {}
    async for _ in live.rounds(*topics, every=READ_EVERY):
        async with transaction() as session:
            until = await people.holds_until(session, current.session_id)
            if until is None:
                yield ServerSentEvent(event="over", data=clock.uk_time(clock.now()))
                return
        parts = await (together.read(read) if together else _read_once(read))
        for name, html in parts.items():
            if sent.get(name) != html:
                sent[name] = html
                yield ServerSentEvent(event=name, data=html)
        now = clock.now()
        tick = {"at": clock.uk_time(now), "until": clock.uk_time(until), "left": int((until - now).total_seconds())}
        yield ServerSentEvent(event="tick", data=json.dumps(tick))
