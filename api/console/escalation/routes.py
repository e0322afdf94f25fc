"""One escalation: reading it, following it live, and the moves that its state allows."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import clock, live, pages
from api.audit import service as audit
from api.console import stream
from api.console.board import presenters as board
from api.console.conversation import page as talk
from api.console.escalation import presenters, service
from api.conversations import service as conversations
from api.conversations.calls import service as calls
from api.conversations.rules import Mode
from api.database import transaction
from api.errors import Conflict
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import Outcome, State
from api.people import service as people
from api.people.access import Staff, nurse, nurse_form
from api.people.models import Person

BY = "console"
NOTE_LIMIT = 500  # Characters.
LIVE_PARTS = (*talk.LIVE_PARTS, "standing", "said", "state", "actions", "call", "told", "find_out", "why", "timeline")
router = APIRouter(prefix="/console/escalations", include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
type Move = Callable[[AsyncSession, UUID, Person, str], Awaitable[Escalation]]
Sender = Annotated[Staff, Depends(nurse_form)]


@router.get("/{escalation_id}")
async def show_escalation(request: Request, escalation_id: UUID, current: Reader, done: str = "") -> Response:
    """The carer's words first, then how it stands and what may be done. Reading it is on record."""
    return await _page(request, escalation_id, current, done=done)


@router.get("/{escalation_id}/events")
async def follow_escalation(escalation_id: UUID, current: Reader) -> Response:
    """The parts of the page again whenever they change, as server-sent events."""
    async with transaction() as session:
        found = await service.of_team(session, escalation_id, current.person)
        audit.record(session, current.person.actor, "read", "escalation", found.id, live=True)

    async def read(session: AsyncSession) -> stream.Parts:
        context = await _context(session, await session.get_one(Escalation, escalation_id), current)
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in LIVE_PARTS}

    return EventSourceResponse(stream.watch(current, (live.conversation(found.conversation_id), live.BOARD), read))


async def _context(session: AsyncSession, escalation: Escalation, current: Staff) -> dict[str, Any]:
    case, now = await service.gather(session, escalation), clock.now()
    return {
        **await talk.context_of(session, case.known.conversation, current),
        "standing": board.standing(case.known, now),
        "said": presenters.said(case, now),
        "why": presenters.why(case, now),
        "told": presenters.told(case, now),
        "find_out": presenters.find_out(case),
        "actions": presenters.actions(case.known),
        "call": presenters.call_box(case.known, current.person),
        "timeline": presenters.timeline(case.known, now),
        "case": case,
    }


async def _page(
    request: Request, escalation_id: UUID, current: Staff, done: str = "", refused: bool = False, why: str = ""
) -> Response:
    async with transaction() as session:
        found = await service.of_team(session, escalation_id, current.person)
        context = await _context(session, found, current)
        audit.record(session, current.person.actor, "read", "escalation", found.id)
    known = context["case"].known
    context["notice"] = presenters.notice(known, done, current.person)
    context["refusal"] = presenters.refusal(known, clock.now(), why) if refused else ""
    context["events"] = f"/console/escalations/{escalation_id}/events"
    return pages.render(request, "console/escalation.html", context, 409 if refused else 200)


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
        return await _page(request, escalation_id, current, refused=True)
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
        return await _page(request, escalation_id, current, refused=True, why=error.detail)
    return RedirectResponse(f"/console/escalations/{escalation_id}?done={presenters.CALLING}", 303)


@router.get("/{escalation_id}/resolve")
async def show_resolve(request: Request, escalation_id: UUID, current: Reader) -> Response:
    """The form that closes it. A page of its own, so that no live update takes away what is typed."""
    return await _resolve_page(request, escalation_id, current, {"give_back": True})


@router.post("/{escalation_id}/resolve")
async def resolve(
    request: Request,
    escalation_id: UUID,
    current: Sender,
    outcome: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    give_back: Annotated[bool, Form()] = False,
) -> Response:
    """Close it with how it ended and why; what is missing is said, and what was typed stays."""
    note = note.strip()
    errors = presenters.resolve_errors(outcome, note, NOTE_LIMIT)
    if errors:
        typed = {"outcome": outcome, "note": note, "give_back": give_back}
        return await _resolve_page(request, escalation_id, current, typed, errors)
    try:
        async with transaction() as session:
            found = await service.of_team(session, escalation_id, current.person)
            held = await conversations.locked(session, found.conversation_id)  # First, as whatever a carer sends does.
            person = await people.person(session, current.person.id)
            await escalations.resolve(session, escalation_id, person, Outcome(outcome), note)
            if give_back:
                await conversations.give_back(session, held)
    except Conflict:
        return await _page(request, escalation_id, current, refused=True)
    return RedirectResponse("/console?done=closed", 303)


async def _resolve_page(
    request: Request, escalation_id: UUID, current: Staff, typed: dict[str, Any], errors: dict[str, str] | None = None
) -> Response:
    async with transaction() as session:
        found = await service.of_team(session, escalation_id, current.person)
        case = await service.gather(session, found)
    context = {
        "staff": current,
        "standing": board.standing(case.known, clock.now()),
        "choices": presenters.OUTCOME_CHOICES,
        "typed": typed,
        "limit": NOTE_LIMIT,
        "errors": errors or {},
        "by_person": case.known.conversation.mode == Mode.PERSON,
    }
    return pages.render(request, "console/resolve.html", context, 422 if errors else 200)
