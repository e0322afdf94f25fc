"""What a team has to record of calls for help that were closed, and the form for one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import clock, pages
from api.console import service as console
from api.console.outcomes import presenters
from api.console.outcomes.presenters import HERE
from api.conversations.aftercare.outcomes import rules, service
from api.database import transaction
from api.errors import Conflict
from api.people import service as people
from api.people.access import Staff, nurse, nurse_form

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
Sender = Annotated[Staff, Depends(nurse_form)]


@router.get("")
async def show_list(request: Request, current: Reader, done: str = "") -> Response:
    """What is due, the longest first, and how much is overdue."""
    async with transaction() as session:
        found = await service.standing(session, current.person)
        waiting = await console.waiting(session, current.person.team_id)
    shown = presenters.listing(found, service.wanted(), clock.now())
    context = {"staff": current, "here": HERE, "waiting": waiting, "listing": shown}
    return pages.render(request, "console/outcomes.html", {**context, "notice": "It is recorded." if done else ""})


@router.get("/{outcome_id}")
async def show_one(request: Request, outcome_id: UUID, current: Reader) -> Response:
    """One of them with its form, or what was recorded."""
    return await _page(request, outcome_id, current)


@router.post("/{outcome_id}")
async def record(
    request: Request,
    outcome_id: UUID,
    current: Sender,
    outcome: Annotated[str, Form()] = "",
    avoidable: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Record what became of them. Sent twice, it is recorded once."""
    note = note.replace("\x00", "").strip()
    typed = {"outcome": outcome, "avoidable": avoidable, "note": note}
    if errors := rules.problems(outcome, avoidable, note, service.wanted()):
        return await _page(request, outcome_id, current, typed, errors)
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            await service.record(session, outcome_id, person, outcome, avoidable, note)
    except Conflict as refused:
        return await _page(request, outcome_id, current, typed, refusal=refused.detail)
    return RedirectResponse(f"{HERE}?done=yes", 303)


async def _page(
    request: Request,
    outcome_id: UUID,
    current: Staff,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    refusal: str = "",
) -> Response:
    wanted = service.wanted()
    async with transaction() as session:
        found = await service.case(session, outcome_id, current.person)
        waiting = await console.waiting(session, current.person.team_id)
    context = {
        "staff": current,
        "here": HERE,
        "waiting": waiting,
        "row": presenters.row(found, wanted, clock.now()),
        "outcomes": presenters.outcomes(wanted),
        "avoidable": presenters.avoidable(wanted.avoidable),
        "typed": typed or {},
        "errors": errors or {},
        "refusal": f"Nothing was changed. {refusal}" if refusal else "",
        "limit": rules.NOTE_LIMIT,
    }
    return pages.render(request, "console/outcome.html", context, 422 if errors else 409 if refusal else 200)
