"""Declining, widening, noting what was found out, and saying whether it was right to page."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.escalation import page, service
from api.console.presenters import case_url
from api.conversations.calls import service as calls
from api.database import transaction
from api.errors import Conflict, Invalid
from api.escalations import desk, feedback
from api.escalations import service as escalations
from api.people import service as people
from api.people.access import Staff, nurse_form
from api.people.models import Person
from api.triage import questions

WORDS_LIMIT = 300  # Characters.
router = APIRouter(prefix="/console/escalations/{escalation_id}", include_in_schema=False)
Sender = Annotated[Staff, Depends(nurse_form)]
type Do = Callable[[AsyncSession, UUID, Person], Awaitable[object]]


@router.post("/decline")
async def decline(request: Request, escalation_id: UUID, current: Sender) -> Response:
    """This person cannot take it: the next rung is tried, or whoever handed it on keeps it."""
    return await _do(request, escalation_id, current, "declined", escalations.decline)


@router.post("/widen")
async def widen(request: Request, escalation_id: UUID, current: Sender) -> Response:
    """Page the next rung now."""
    return await _do(request, escalation_id, current, "widened", desk.widen)


@router.post("/facts")
async def note(
    request: Request,
    escalation_id: UUID,
    current: Sender,
    topic: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Keep what was found out. The topic is one of data/triage/questions.yml."""
    words = words.strip()
    if topic not in questions.of_the_desk() or not words or len(words) > WORDS_LIMIT:
        raise Invalid(f"Choose what it is about, and write it in at most {WORDS_LIMIT} characters.")

    async def keep(session: AsyncSession, escalation_id: UUID, person: Person) -> None:
        await desk.note(session, escalation_id, person, topic, words)

    return await _do(request, escalation_id, current, "noted", keep)


@router.post("/feedback")
async def say_whether_right(
    request: Request, escalation_id: UUID, current: Sender, right: Annotated[str, Form(pattern="^(yes|no)$")]
) -> Response:
    """Whether it was right to page this person."""

    async def keep(session: AsyncSession, escalation_id: UUID, person: Person) -> None:
        await feedback.keep_here(session, escalation_id, person, right == "yes")

    return await _do(request, escalation_id, current, "feedback", keep)


@router.post("/colleague")
async def bring_in(
    request: Request, escalation_id: UUID, current: Sender, to: Annotated[UUID | None, Form()] = None
) -> Response:
    """Ring a colleague, to come into the call that goes on between a nurse and the carer."""

    async def ring(session: AsyncSession, escalation_id: UUID, person: Person) -> None:
        await calls.bring_in(session, escalation_id, person, to or person.id)

    return await _do(request, escalation_id, current, "colleague_rung", ring)


async def _do(request: Request, escalation_id: UUID, current: Staff, done: str, do: Do) -> Response:
    try:
        async with transaction() as session:
            await service.of_team(session, escalation_id, current.person)
            await do(session, escalation_id, await people.person(session, current.person.id))
    except Conflict as refused:
        return await page.show(request, escalation_id, current, refused=refused.detail)
    return RedirectResponse(f"{case_url(None, escalation_id)}?done={done}", 303)
