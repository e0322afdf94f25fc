"""Keeping an open page true: its parts are read again whenever something changes, and sent when they differ."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import ServerSentEvent

from api import clock, live
from api.database import transaction
from api.people import service as people
from api.people.access import Staff

READ_EVERY = 10.0  # Seconds. Lengths of time on the page grow by themselves, and a lost notice costs no more than this.

type Parts = dict[str, str]
type Reading[Found] = Callable[[AsyncSession], Awaitable[Found]]
type Read = Reading[Parts]
type Encoded = dict[str, bytes]  # Each part as the event that carries it.


class Together[Found]:
    """One reading for all open pages that want to know the same at the same moment.

    Whoever asks gets a reading that began after they asked: one that is under way may have missed what woke them.
    """

    def __init__(self) -> None:
        self._reading = asyncio.Lock()
        self._next: asyncio.Task[Found] | None = None

    async def read(self, read: Reading[Found]) -> Found:
        """What is found, read by whoever of those that wait came first."""
        if self._next is None:
            self._next = asyncio.create_task(self._begin(read))
        return await asyncio.shield(self._next)

    async def _begin(self, read: Reading[Found]) -> Found:
        async with self._reading:
            self._next = None
            return await _read_once(read)


type Shared = Together[Encoded]  # The parts of pages that show the same, read and put together once for all of them.
_holding: Together[dict[UUID, datetime]] = Together()
_watching: list[UUID] = []  # The session of each open page of this process.


async def _read_once[Found](read: Reading[Found]) -> Found:
    async with transaction() as session:
        return await read(session)


async def _until(session: AsyncSession) -> dict[UUID, datetime]:
    return await people.hold_until(session, set(_watching))


@contextmanager
def _seen_to(session_id: UUID) -> Iterator[None]:
    _watching.append(session_id)
    try:
        yield
    finally:
        _watching.remove(session_id)


def _encoded(read: Read) -> Reading[Encoded]:
    async def parts(session: AsyncSession) -> Encoded:
        found = await read(session)
        return {name: ServerSentEvent(event=name, data=html).encode() for name, html in found.items()}

    return parts


async def watch(
    current: Staff, topics: tuple[str, ...], read: Read, together: Shared | None = None
) -> AsyncIterator[ServerSentEvent | bytes]:
    """The parts of a page as events of their names, each when it changed; `tick` in every round; `over` at sign-out.

    A page that has heard no tick for a while knows that its connection is dead. Watching does not count as using the
    session: a page that was left open ends with it. `together`: others show the same, so it is read once for all.
    """
    sent: Encoded = {}
    parts_of = _encoded(read)
    with _seen_to(current.session_id):
        async for _ in live.rounds(*topics, every=READ_EVERY):
            until = (await _holding.read(_until)).get(current.session_id)
            if until is None:
                yield ServerSentEvent(event="over", data=clock.uk_time(clock.now()))
                return
            parts = await (together.read(parts_of) if together else _read_once(parts_of))
            for name, event in parts.items():
                if sent.get(name) != event:
                    sent[name] = event
                    yield event
            yield _tick(until)


def _tick(until: datetime) -> ServerSentEvent:
    now = clock.now()
    tick = {"at": clock.uk_time(now), "until": clock.uk_time(until), "left": int((until - now).total_seconds())}
    return ServerSentEvent(event="tick", data=json.dumps(tick))
