"""Closing, standing down, handing on: pages of their own, so that no live update takes away what is typed."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.console import service as console
from api.console.board import presenters as board
from api.console.escalation import page, service
from api.console.escalation.closing import presenters
from api.console.escalation.closing.presenters import OWN, Typed
from api.conversations import moves
from api.conversations import service as conversations
from api.conversations.rules import Mode
from api.database import transaction
from api.errors import Conflict
from api.escalations import desk, nets
from api.escalations.models import Escalation
from api.escalations.rules import Outcome, SafetyNet
from api.people import service as people
from api.people.access import Staff, answerer, nurse_form

router = APIRouter(prefix="/console/escalations/{escalation_id}", include_in_schema=False)
Reader = Annotated[Staff, Depends(answerer)]
Sender = Annotated[Staff, Depends(nurse_form)]


@router.get("/resolve")
async def show_resolve(request: Request, escalation_id: UUID, current: Reader) -> Response:
    """The form that closes it, with its outcome and the safety-net that was given."""
    return await _resolve_page(request, escalation_id, current, Typed())


@router.post("/resolve")
async def resolve(
    request: Request,
    escalation_id: UUID,
    current: Sender,
    outcome: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    net: Annotated[str, Form()] = "",
    watch_for: Annotated[str, Form()] = "",
    come_back: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    by_text: Annotated[bool, Form()] = False,
    give_back: Annotated[bool, Form()] = False,
) -> Response:
    """Close it; what is missing is said, and what was typed stays."""
    typed = Typed(outcome, note.strip(), net, watch_for.strip(), come_back.strip(), number, by_text, give_back)
    if errors := presenters.problems(typed):
        return await _resolve_page(request, escalation_id, current, typed, errors)
    try:
        async with transaction() as session:
            found = await service.of_team(session, escalation_id, current.person)
            held = await conversations.locked(session, found.conversation_id)
            person = await people.person(session, current.person.id)
            given = _net(typed, held.team.phone)
            await moves.close(session, escalation_id, person, Outcome(outcome), typed.note, given)
            if give_back:
                await conversations.give_back(session, held)
    except Conflict:
        return await page.show(request, escalation_id, current, refused="")
    return RedirectResponse(f"/console?done=closed&call={escalation_id}", 303)


def _net(typed: Typed, team_number: str) -> SafetyNet | None:
    number = typed.number or team_number
    if typed.net == OWN:
        return nets.own(typed.watch_for, typed.come_back, number, team_number)
    return nets.chosen(typed.net, number, typed.by_text, team_number) if typed.net in nets.choices() else None


async def _resolve_page(
    request: Request, escalation_id: UUID, current: Staff, typed: Typed, errors: dict[str, str] | None = None
) -> Response:
    async with transaction() as session:
        found = await service.of_team(session, escalation_id, current.person)
        context = await _frame(session, found, current)
        conversation = await conversations.get(session, found.conversation_id)
    numbers = nets.numbers(conversation.team.phone)
    context |= {
        "choices": presenters.outcomes(),
        "nets": presenters.net_choices(),
        "numbers": [{"value": one, "text": one} for one in numbers],
        "typed": {**asdict(typed), "number": typed.number or numbers[0]},
        "by_person": conversation.mode == Mode.PERSON,
        "errors": errors or {},
    }
    return pages.render(request, "console/resolve.html", context, 422 if errors else 200)


async def _frame(session: AsyncSession, escalation: Escalation, current: Staff) -> dict[str, Any]:
    case = await service.gather(session, escalation)
    standing = board.standing(case.known, clock.now())
    waiting = await console.waiting(session, escalation.team_id)
    return {"staff": current, "standing": standing, "waiting": waiting, "limit": presenters.NOTE_LIMIT}


@router.get("/stand-down")
async def show_stand_down(request: Request, escalation_id: UUID, current: Reader) -> Response:
    """The form that stands it down."""
    return await _form(request, escalation_id, current, "stand_down")


@router.post("/stand-down")
async def stand_down(
    request: Request, escalation_id: UUID, current: Sender, reason: Annotated[str, Form()] = ""
) -> Response:
    """The ladder stops for a reason, and the carer is told truthfully."""
    reason = reason.strip()
    if error := presenters.reason_problem(reason):
        return await _form(request, escalation_id, current, "stand_down", reason, error)
    try:
        async with transaction() as session:
            await service.of_team(session, escalation_id, current.person)
            person = await people.person(session, current.person.id)
            await desk.stand_down(session, escalation_id, person, reason)
    except Conflict as refused:
        return await page.show(request, escalation_id, current, refused=refused.detail)
    return RedirectResponse("/console?done=stood_down", 303)


@router.get("/hand-on")
async def show_hand_on(request: Request, escalation_id: UUID, current: Reader) -> Response:
    """Whom it can be handed to."""
    return await _form(request, escalation_id, current, "hand_on")


@router.post("/hand-on")
async def hand_on(
    request: Request, escalation_id: UUID, current: Sender, to: Annotated[UUID | None, Form()] = None
) -> Response:
    """Ask a colleague to take it over. Until they do, whoever has it keeps it."""
    if to is None:
        return await _form(request, escalation_id, current, "hand_on", error="Choose a colleague")
    try:
        async with transaction() as session:
            await service.of_team(session, escalation_id, current.person)
            person = await people.person(session, current.person.id)
            await desk.hand_on(session, escalation_id, person, await people.person(session, to))
    except Conflict as refused:
        return await page.show(request, escalation_id, current, refused=refused.detail)
    return RedirectResponse(f"/console/escalations/{escalation_id}?done=handed_on", 303)


async def _form(
    request: Request, escalation_id: UUID, current: Staff, name: str, typed: str = "", error: str = ""
) -> Response:
    async with transaction() as session:
        found = await service.of_team(session, escalation_id, current.person)
        context = await _frame(session, found, current)
        people_there = await desk.colleagues(session, found)
    context["colleagues"] = [{"value": str(one.id), "text": one.name} for one in people_there]
    context |= {"typed": typed, "error": error}
    return pages.render(request, f"console/{name}.html", context, 422 if error else 200)
