"""What is new in a thread, as it happens: for the page's script, and for a page that waits for its answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from sse_starlette import ServerSentEvent

from api import live
from api.channels.webchat import page as chat
from api.channels.webchat import service
from api.channels.webchat.service import Thread
from api.channels.webchat.visitor import Visitor
from api.conversations import service as conversations
from api.database import transaction

READ_AGAIN_SECONDS = 15.0  # A notice may be lost; reading again finds what it was about.
_COME_BACK_MS = 2000


async def events(who: Visitor, conversation_id: UUID, after: int) -> AsyncIterator[ServerSentEvent]:
    """Every message after a sequence number, and how things stand whenever that changes.

    A message's event has its sequence number as id, which the browser brings back when it connects again. Ends when
    the thread is no longer this conversation.
    """
    yield ServerSentEvent(comment="open", retry=_COME_BACK_MS)
    said = ""
    async with live.listening(live.conversation(conversation_id)) as changed:
        while True:
            changed.clear()
            thread = await _read(who, after)
            if thread.conversation_id != conversation_id:
                return
            for seq, html in chat.lines_html(thread):
                yield ServerSentEvent(html, event="line", id=str(seq))
                after = seq
            now_said = json.dumps({"standing": chat.standing_html(thread), "offer": thread.offer_number})
            if now_said != said:
                yield ServerSentEvent(now_said, event="standing")
                said = now_said
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), READ_AGAIN_SECONDS)


async def _read(who: Visitor, after: int) -> Thread:
    async with transaction() as session:
        return await service.read(session, who.address, None, after)


async def until_answered(conversation_id: UUID, seconds: float) -> None:
    """Wait until everything that the carer has said is answered, but no longer than `seconds`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), live.listening(live.conversation(conversation_id)) as changed:
            while await _is_waiting(conversation_id):
                await changed.wait()
                changed.clear()


async def _is_waiting(conversation_id: UUID) -> bool:
    async with transaction() as session:
        return await conversations.is_waiting(session, conversation_id)
