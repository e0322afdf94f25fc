"""Keeping an open page true: its parts are read again whenever something changes, and sent when they differ."""

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


async def watch(
    current: Staff, topics: tuple[str, ...], read: Callable[[AsyncSession], Awaitable[Parts]]
) -> AsyncIterator[ServerSentEvent]:
    """The parts of a page as events of their names, each when it changed; `tick` in every round; `over` at sign-out.

    A page that has heard no tick for a while knows that its connection is dead. Watching does not count as using the
    session: a page that was left open ends with it.
    """
    sent: Parts = {}
    async for _ in live.rounds(*topics, every=READ_EVERY):
        async with transaction() as session:
            until = await people.holds_until(session, current.session_id)
            if until is None:
                yield ServerSentEvent(event="over", data=clock.uk_time(clock.now()))
                return
            parts = await read(session)
        for name, html in parts.items():
            if sent.get(name) != html:
                sent[name] = html
                yield ServerSentEvent(event=name, data=html)
        now = clock.now()
        tick = {"at": clock.uk_time(now), "until": clock.uk_time(until), "left": int((until - now).total_seconds())}
        yield ServerSentEvent(event="tick", data=json.dumps(tick))
