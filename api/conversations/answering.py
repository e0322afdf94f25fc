"""The assistant's answer while somebody waits on the telephone: the job's own work, done here, for as long as they can.

It is not a job because the caller's line is open; nor is it lost when their patience ends: it is finished behind them,
and what comes of it is spoken in their next turn or, if they have hung up, texted.
"""

import asyncio
from uuid import UUID

from api import logs
from api.conversations import jobs, service
from api.database import single

_LOOK_EVERY = 0.05  # Seconds.
_log = logs.get(__name__)
_under_way: set[asyncio.Task[None]] = set()


async def within(conversation_id: UUID, seconds: float) -> None:
    """Wait until everything said in this conversation is answered, at most for so long."""
    task = asyncio.ensure_future(_answer_all(conversation_id))
    _under_way.add(task)
    task.add_done_callback(_done)
    await asyncio.wait([task], timeout=seconds)


def _done(task: asyncio.Task[None]) -> None:
    _under_way.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("answer_failed", exc_info=error)  # The row is still unanswered: the sweep finds it.


async def _answer_all(conversation_id: UUID) -> None:
    """Answer what waits. If a worker is at it already, wait until it is done."""
    while await _is_waiting(conversation_id):
        answered = await jobs.answer_next(conversation_id)
        if answered is None:
            await asyncio.sleep(_LOOK_EVERY)


async def _is_waiting(conversation_id: UUID) -> bool:
    async with single() as session:
        return await service.is_waiting(session, conversation_id)
