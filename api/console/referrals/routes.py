"""Referrals: the list, one of them, and the moves that its state allows."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import clock, pages
from api.audit import service as audit
from api.console import service as console
from api.console.referrals import presenters, service
from api.console.referrals.presenters import HERE
from api.database import transaction
from api.errors import Conflict, Invalid
from api.people import service as people
from api.people.access import Staff, referral, referral_form
from api.referrals import service as referrals
from api.referrals.rules import NOTE_LIMIT, State

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(referral)]
Sender = Annotated[Staff, Depends(referral_form)]


@router.get("")
async def show_list(request: Request, current: Reader, done: str = "") -> Response:
    """A team's referrals by the time at which they are due."""
    async with transaction() as session:
        open_ones, ended = await referrals.of_team(session, current.person.team_id)
        waiting = await console.waiting(session, current.person.team_id)
    shown = {"board": presenters.board(open_ones, ended, clock.now()), "waiting": waiting, "here": HERE}
    notice = "It has ended and is off the list of open ones." if done else ""
    return pages.render(request, "console/referrals.html", {**shown, "staff": current, "notice": notice})


@router.get("/{referral_id}")
async def show_referral(request: Request, referral_id: UUID, current: Reader) -> Response:
    """What is passed on, the carer's yes, and what may be done. Reading it is on record."""
    return await _page(request, referral_id, current)


@router.post("/{referral_id}/number")
async def show_number(request: Request, referral_id: UUID, current: Sender) -> Response:
    """The number that the carer gave for this call, this once. Asking for it is on record."""
    async with transaction() as session:
        found = await service.of_team(session, referral_id, current.person)
        audit.record(session, current.person.actor, "number_shown", "referral", found.id)
    return await _page(request, referral_id, current, number=True)


@router.post("/{referral_id}/moves")
async def move(
    request: Request,
    referral_id: UUID,
    current: Sender,
    to: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Bring it to another state. A refusal says why, and what was typed stays."""
    if to not in State:
        raise Invalid("There is no such move.", field="to")
    note = note.strip()
    if error := presenters.note_error(State(to), note, NOTE_LIMIT):
        return await _page(request, referral_id, current, note=note, error=error)
    try:
        async with transaction() as session:
            await service.of_team(session, referral_id, current.person)
            person = await people.person(session, current.person.id)
            moved = await referrals.move_by_person(session, referral_id, State(to), person, note)
    except Conflict as refused:
        return await _page(request, referral_id, current, note=note, refusal=refused.detail)
    return RedirectResponse(f"{HERE}?done=1" if moved.ended_at else f"{HERE}/{referral_id}", 303)


async def _page(
    request: Request,
    referral_id: UUID,
    current: Staff,
    number: bool = False,
    note: str = "",
    error: str = "",
    refusal: str = "",
) -> Response:
    async with transaction() as session:
        found = await service.of_team(session, referral_id, current.person)
        case = await service.gather(session, found)
        waiting = await console.waiting(session, current.person.team_id)
        audit.record(session, current.person.actor, "read", "referral", found.id)
    now = clock.now()
    context: dict[str, Any] = {
        "staff": current,
        "here": HERE,
        "waiting": waiting,
        "row": presenters.row(found, now),
        "passed_on": presenters.passed_on(case),
        "consent": presenters.consent(case, now),
        "contact": presenters.contact(case, show=number),
        "talk_url": presenters.talk_url(case),
        "channel": presenters.channel(case),
        "actions": presenters.actions(found),
        "timeline": presenters.timeline(case, now),
        "note": note,
        "error": error,
        "refusal": f"Nothing was changed. {refusal}" if refusal else "",
        "limit": NOTE_LIMIT,
    }
    return pages.render(request, "console/referral.html", context, 422 if error else 409 if refusal else 200)
