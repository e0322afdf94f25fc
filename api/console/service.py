"""What every page of the console looks out for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.escalations import service as escalations
from api.escalations.rules import NOBODY_HAS_IT


async def waiting(session: AsyncSession, team_id: UUID) -> list[str]:
    """One word for each escalation that nobody has: a new word means that there is something to look up for."""
    rows = await escalations.board(session, team_id)
    return [f"{row.id}:{row.priority}:{row.state}" for row in rows if row.state in NOBODY_HAS_IT]
