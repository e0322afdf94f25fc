"""One escalation: reading it, following it live, accepting it, and noting that the carer was spoken with."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import live, pages
from api.audit import service as audit
from api.console import stream
from api.console.escalation import page, presenters, service
from api.conversations.calls import service as calls
from api.database import transaction
from api.errors import Conflict
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import State
from api.people import service as people
from api.people.access import Staff, nurse, nurse_form
from api.people.models import Person

BY = "console"
router = APIRouter(prefix="/console/escalations", include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
Sender = Annotated[Staff, Depends(nurse_form)]
type Move = Callable[[AsyncSession, UUID, Person, str], Awaitable[Escalation]]


@router.get("/{escalation_id}")
async def show_escalation(request: Request, escalation_id: UUID, current: Reader, done: str = "") -> Response:
    """The carer's words first, then how it stands and what may be done. Reading it is on record."""
    return await page.show(request, escalation_id, current, done=done)


@router.get("/{escalation_id}/events")
async def follow_escalation(escalation_id: UUID, current: Reader) -> Response:
    """The parts of the page again whenever they change, as server-sent events."""
    async with transaction() as session:
        found = await service.of_team(session, escalation_id, current.person)
        audit.record(session, current.person.actor, "read", "escalation", found.id, live=True)

    async def read(session: AsyncSession) -> stream.Parts:
        context = await page.context_of(session, await session.get_one(Escalation, escalation_id), current)
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in page.LIVE_PARTS}

    return EventSourceResponse(stream.watch(current, (live.conversation(found.conversation_id), live.BOARD), read))


@router.post("/{escalation_id}/accept")
async def accept(request: Request, escalation_id: UUID, current: Sender) -> Response:
    """Take it. Whoever was first has it; everybody else is told who that is."""
    return await _move(request, escalation_id, current, State.ACCEPTED, escalations.accept)


@router.post("/{escalation_id}/contacted")
async def contacted(request: Request, escalation_id: UUID, current: Sender) -> Response:
    """Note that the carer has been spoken with."""
    return await _move(request, escalation_id, current, State.CONTACTED, escalations.contacted)


async def _move(request: Request, escalation_id: UUID, current: Staff, to: State, make: Move) -> Response:
    try:
        async with transaction() as session:
            await service.of_team(session, escalation_id, current.person)
            await make(session, escalation_id, await people.person(session, current.person.id), BY)
    except Conflict:
        return await page.show(request, escalation_id, current, refused="")
    return RedirectResponse(f"/console/escalations/{escalation_id}?done={to}", 303)


@router.post("/{escalation_id}/call")
async def call_carer(
    request: Request, escalation_id: UUID, current: Sender, confirmed: Annotated[bool, Form()] = False
) -> Response:
    """Have our line ring this person's own phone, and then the carer. What comes of it stands on the timeline."""
    try:
        async with transaction() as session:
            await service.of_team(session, escalation_id, current.person)
            person = await people.person(session, current.person.id)
            await calls.put_through(session, escalation_id, person, confirmed, BY)
    except Conflict as error:
        return await page.show(request, escalation_id, current, refused=error.detail)
    return RedirectResponse(f"/console/escalations/{escalation_id}?done={presenters.CALLING}", 303)
