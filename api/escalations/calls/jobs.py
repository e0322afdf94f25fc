"""Ringing staff, and what follows when the carrier takes no call."""

from uuid import UUID

from api import outbox, queue
from api.database import transaction
from api.escalations.calls import service
from api.paging.calls import jobs as paging_jobs
from api.paging.calls import service as calls
from api.paging.models import StaffCall


@queue.app.task(name="escalations.ring", queue=queue.PAGES)
async def ring(call_id: str) -> None:
    """Wake-up: a call to staff is waiting."""
    if await paging_jobs.deliver(UUID(call_id)):
        return
    async with transaction() as session:
        await service.refused(session, await calls.call(session, UUID(call_id)))


async def sweep() -> None:
    """Find the calls that a lost wake-up or a dead process left: those to place, and those to stop."""
    async with transaction() as session:
        waiting = await outbox.due(session, StaffCall)
    await queue.each(ring, waiting)
    await paging_jobs.stop()
