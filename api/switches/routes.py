"""`/v1/switches`: what a team has switched, and switching it, by service token."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import transaction
from api.errors import Invalid, NotFound, documented
from api.people.access import service_token
from api.people.models import Team
from api.people.rules import Scope
from api.people.tokens import Caller
from api.switches import service
from api.switches.rules import Switch
from api.switches.schemas import SwitchIn, SwitchOut

router = APIRouter(prefix="/v1/switches", tags=["switches"], responses=documented(401, 403, 404, 422, 429))
Reader = Annotated[Caller, Depends(service_token(Scope.SWITCHES_READ))]
Writer = Annotated[Caller, Depends(service_token(Scope.SWITCHES_WRITE))]


@router.get("")
async def read_switches(
    caller: Reader, team: Annotated[str, Query(max_length=60, pattern=r"^[^\x00]*$", description="The team's code.")]
) -> list[SwitchOut]:
    """Every switch of a team, on or off."""
    async with transaction() as session:
        return await _all(session, await _team(session, caller, team))


@router.put("")
async def put_switch(wanted: SwitchIn, caller: Writer) -> list[SwitchOut]:
    """Set one switch, on or off. Every switch of the team comes back. Safe to repeat."""
    async with transaction() as session:
        team_id = await _team(session, caller, wanted.team)
        actor = f"service:{caller}"
        if not wanted.on:
            await service.turn_off(session, team_id, wanted.switch, actor)
        elif wanted.ends_at is None:
            raise Invalid("To switch on, say until when.", field="ends_at")
        elif not await _stands(session, team_id, wanted):
            await service.turn_on(session, team_id, wanted.switch, wanted.reason, wanted.ends_at, actor)
        return await _all(session, team_id)


async def _team(session: AsyncSession, caller: Caller, code: str) -> UUID:
    found = (await session.execute(select(Team.id).where(Team.code == code))).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such team.")
    caller.must_reach(found, "team")
    return found


async def _stands(session: AsyncSession, team_id: UUID, wanted: SwitchIn) -> bool:
    row = (await service.on(session, team_id)).get(wanted.switch)
    return row is not None and (row.reason, row.ends_at) == (wanted.reason.strip(), wanted.ends_at)


async def _all(session: AsyncSession, team_id: UUID) -> list[SwitchOut]:
    rows = await service.on(session, team_id)
    return [
        SwitchOut(switch=kind, on=True, reason=row.reason, set_at=row.set_at, ends_at=row.ends_at)
        if (row := rows.get(kind))
        else SwitchOut(switch=kind, on=False)
        for kind in Switch
    ]
