"""Looking once a minute whom to ask, and which outcomes to ask for. Rows are the truth: nothing wakes these."""

from uuid import UUID

from api import queue
from api.conversations.aftercare import service
from api.conversations.aftercare.outcomes import service as outcomes
from api.database import transaction


async def ask(conversation_id: str) -> None:
    """Ask one carer, if nothing has come up since they were found."""
    async with transaction() as session:
        await service.ask(session, UUID(conversation_id))


async def sweep_surveys() -> None:
    """Ask everybody who is due."""
    async with transaction() as session:
        due = await service.due(session)
    await queue.each(ask, due)


async def sweep_outcomes() -> None:
    """Make what is to be recorded of the calls for help that were closed."""
    async with transaction() as session:
        await outcomes.make(session)
