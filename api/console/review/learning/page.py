"""What every page about learning needs: who looks, where they are in the menu, and who is waiting."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.console import service as console
from api.console.review.learning.presenters import HERE
from api.people.access import Staff


async def frame(session: AsyncSession, current: Staff) -> dict[str, Any]:
    """The frame of a page. Who looks after carers sees here, too, how many are waiting."""
    waiting = await console.waiting(session, current.person.team_id, current.looks_after_carers)
    return {"staff": current, "here": HERE, "waiting": waiting}
