"""The desk as it changes, for a page that is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from sse_starlette import ServerSentEvent

from api.channels.handset import service
from api.channels.handset.service import Desk
from api.database import transaction

TOGETHER_SECONDS = 0.05  # Changes that come in one burst are shown together.
READ_AGAIN_SECONDS = 15.0
_COME_BACK_MS = 1000


async def changes(desk: Desk) -> AsyncIterator[ServerSentEvent]:
    """Every part of the page, then each whenever it looks different. The event's name says which part."""
    shown: dict[str, str] = {}
    async with transaction() as session:
        phones = await service.phones(session, desk)
    yield ServerSentEvent(comment="open", retry=_COME_BACK_MS)
    while True:
        changed = desk.carrier.changed
        for name, html in service.parts(desk, phones).items():
            if shown.get(name) != html:
                yield ServerSentEvent(html, event=name)
                shown[name] = html
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), READ_AGAIN_SECONDS)
        await asyncio.sleep(TOGETHER_SECONDS)
