"""The assistant's part of an erasure: a database of its own, so it is done after the rest has been committed.

The row of the erasure says what is left to do, so that a crash in between is made good by the sweep. It is done at
least twice: a turn that was under way when the rest went may still have been written down.
"""

from datetime import timedelta
from uuid import UUID

from api import clock, logs
from api.database import transaction
from api.privacy.erasing import memory, service
from api.privacy.models import Erasure

ONCE_MORE_AFTER = timedelta(minutes=2)  # Longer than any turn takes.
MEMORY = "events"
_log = logs.get(__name__)


async def clear_memory(erasure_id: UUID) -> int:
    """Have the assistant forget. Returns how many events went. Once no turn can be under way, that is the end of it.

    Where we are not told of its database, an erasure never ends: the console goes on saying so.
    """
    async with transaction() as session:
        dialogues = list((await session.get_one(Erasure, erasure_id)).dialogues)
    gone = await memory.forget(dialogues)
    async with transaction() as session:
        erasure = await session.get_one(Erasure, erasure_id, with_for_update=True)
        erasure.counts = {**erasure.counts, MEMORY: erasure.counts.get(MEMORY, 0) + gone}
        is_over = memory.is_set_up() and clock.now() >= erasure.at + ONCE_MORE_AFTER
        if is_over and erasure.ended_at is None:
            erasure.ended_at, erasure.dialogues = clock.now(), []
    return gone


async def sweep() -> None:
    """Go on with every erasure that is not finished. One that fails stops no other."""
    async with transaction() as session:
        waiting = await service.left(session)
    for erasure_id in waiting:
        try:
            await clear_memory(erasure_id)
        except Exception:
            _log.exception("erasure_not_finished", erasure_id=str(erasure_id))
