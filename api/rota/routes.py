"""`/v1/teams/{code}/on-call`: who is on call now, and who begins next."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy import select

from api import clock
from api.database import transaction
from api.errors import NotFound, documented
from api.people.access import service_token
from api.people.models import Team
from api.people.rules import Scope
from api.people.tokens import Caller
from api.rota import service
from api.rota.models import Duty
from api.rota.schemas import OnCallOut, OnDutyOut

Reader = Annotated[Caller, Depends(service_token(Scope.ROTA_READ))]
Code = Annotated[str, Path(max_length=60, description="The team's code, as in data/teams.")]
router = APIRouter(prefix="/v1/teams", tags=["rota"], responses=documented(401, 403, 422, 429))


@router.get("/{code}/on-call", responses=documented(404))
async def on_call(code: Code, caller: Reader) -> OnCallOut:
    """Who holds each rung of a team now, whether they can be paged, and who begins next. It holds no number."""
    now = clock.now()
    async with transaction() as session:
        team = (await session.execute(select(Team).where(Team.code == code))).scalar_one_or_none()
        if team is None:
            raise NotFound("There is no such team.")
        caller.must_reach(team.id, "team")
        standing = await service.of_team(session, team.id)
        held = await service.held(session, team.id, now)
        coming = await service.next_up(session, team.id, now)
    until = standing.published_until if standing else None
    return OnCallOut(
        team=team.code,
        at=now,
        published_until=until,
        now=[_out(one) for one in held],
        next=[_out(one) for one in coming],
    )


def _out(duty: Duty) -> OnDutyOut:
    person = duty.person
    reachable = person.active and person.phone is not None
    return OnDutyOut(
        rung=duty.rung, person=person.name, reachable=reachable, starts_at=duty.starts_at, ends_at=duty.ends_at
    )
