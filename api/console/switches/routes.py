"""The page of the switches: setting one with a reason and an end, and ending it."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import clock, pages
from api.console import service as console
from api.console.switches import presenters
from api.console.switches.presenters import HERE, HOURS
from api.database import transaction
from api.errors import Invalid, NotFound
from api.people import service as people
from api.people.access import Staff, nurse, nurse_form
from api.switches import service
from api.switches.rules import Switch

REASON_LIMIT = 200  # Characters.
LATELY = timedelta(days=7)
NOTICES = {"on": "It is on. Carers are told from now on.", "off": "It is off. Carers are served as usual."}
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
Sender = Annotated[Staff, Depends(nurse_form)]


@router.get("")
async def show_switches(request: Request, current: Reader, done: str = "") -> Response:
    """What is on, what each does, and what was on in the last week."""
    return await _page(request, current, notice=NOTICES.get(done, ""))


@router.post("/{kind}/on")
async def turn_on(
    request: Request,
    kind: str,
    current: Sender,
    reason: Annotated[str, Form()] = "",
    hours: Annotated[str, Form()] = "",
) -> Response:
    """Set a switch for so many hours. What is missing is said, and what was typed stays."""
    switch, reason = _switch(kind), " ".join(reason.replace("\x00", "").split())
    typed = {"kind": kind, "reason": reason, "hours": hours}
    if len(reason) > REASON_LIMIT:
        return await _page(request, current, typed, f"Shorten the reason to {REASON_LIMIT} characters")
    if not hours.isascii() or hours not in map(str, HOURS):
        return await _page(request, current, typed, "Choose for how long", "hours")
    try:
        async with transaction() as session:
            ends_at = clock.now() + timedelta(hours=int(hours))
            await service.turn_on(session, current.person.team_id, switch, reason, ends_at, current.person.actor)
    except Invalid as refused:
        return await _page(request, current, typed, refused.detail)
    return RedirectResponse(f"{HERE}?done=on", 303)


@router.post("/{kind}/off")
async def turn_off(kind: str, current: Sender) -> Response:
    """End a switch now."""
    async with transaction() as session:
        await service.turn_off(session, current.person.team_id, _switch(kind), current.person.actor)
    return RedirectResponse(f"{HERE}?done=off", 303)


def _switch(kind: str) -> Switch:
    if kind not in Switch:
        raise NotFound("There is no such switch.")
    return Switch(kind)


async def _page(
    request: Request,
    current: Staff,
    typed: dict[str, str] | None = None,
    error: str = "",
    field: str = "reason",
    notice: str = "",
) -> Response:
    now, team_id = clock.now(), current.person.team_id
    async with transaction() as session:
        on, ended = await service.on(session, team_id), await service.lately(session, team_id, now - LATELY)
        actors = {actor for row in [*on.values(), *ended] for actor in (row.set_by, row.ended_by) if actor}
        names = await people.names(session, actors)
        waiting = await console.waiting(session, team_id)
    context = {
        "staff": current,
        "here": HERE,
        "waiting": waiting,
        "rows": presenters.rows(on, names, now),
        "past": presenters.past(ended, names, now),
        "hours": [{"value": str(hour), "text": f"{hour} hour{'s' * (hour > 1)}"} for hour in HOURS],
        "typed": typed or {},
        "error": error,
        "field": field,
        "notice": notice,
    }
    return pages.render(request, "console/switches.html", context, 422 if error else 200)
