"""What every page of the rota needs: who looks, where they are in the menu, the team's people and rungs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.console import service as console
from api.console.rota.rules import HERE
from api.errors import BadData
from api.people.access import Staff
from api.people.models import Person
from api.rota import service as rota
from api.rota.rules import Rung


async def frame(session: AsyncSession, current: Staff) -> dict[str, Any]:
    """The frame of a page."""
    waiting = await console.waiting(session, current.person.team_id)
    return {"staff": current, "here": HERE, "waiting": waiting}


def rungs(person: Person) -> Sequence[str]:
    """The rungs of this person's team; every rung there is while its file says nothing."""
    try:
        return rota.ground(person.team.code).rungs
    except BadData:
        return tuple(Rung)
