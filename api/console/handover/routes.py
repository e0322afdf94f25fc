"""The handover sheets: the list, one as a page and as a PDF, signing for it, and adding to it."""

import asyncio
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.audit import service as audit
from api.console import service as console
from api.console.handover import presenters
from api.console.handover.presenters import HERE, Sheet
from api.database import transaction
from api.errors import Conflict
from api.handovers import rules, service
from api.handovers.models import Handover
from api.people import service as people
from api.people.access import Staff, nurse, nurse_form

LIMIT = 500  # Characters.
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
Sender = Annotated[Staff, Depends(nurse_form)]


@dataclass(frozen=True, slots=True)
class _Read:
    """A sheet that somebody opened, and the name of its team."""

    sheet: Sheet
    team: str
    waiting: console.Waiting


@router.get("")
async def show_list(request: Request, current: Reader) -> Response:
    """A team's latest sheets, and the button that makes one now."""
    now, team_id = clock.now(), current.person.team_id
    async with transaction() as session:
        made = await service.of_team(session, team_id)
        reads = await service.reads(session, [one.id for one in made])
        waiting = await console.waiting(session, team_id)
        has_plan = service.plan(current.person.team.code) is not None
    rows = [presenters.row(one, reads, now) for one in made]
    context = {"staff": current, "here": HERE, "waiting": waiting, "rows": rows, "has_plan": has_plan}
    return pages.render(request, "console/handovers.html", context)


@router.post("")
async def make(current: Sender) -> Response:
    """Make a sheet now, of everything since the last night began."""
    async with transaction() as session:
        team = await people.team(session, current.person.team_id)
        known = service.plan(team.code)
        if known is None:
            raise Conflict("The file of this team (data/teams) does not say when its nights are.")
        begun, now = rules.so_far(known, clock.now())
        made = await service.make(session, team, begun, now, current.person.actor)
    return RedirectResponse(f"{HERE}/{made.id}" if made else HERE, 303)


@router.get("/{handover_id}")
async def show(request: Request, handover_id: UUID, current: Reader) -> Response:
    """One sheet. Reading it is on record; signing for it is another thing."""
    return await _page(request, handover_id, current)


@router.get("/{handover_id}/sheet.pdf")
async def as_pdf(handover_id: UUID, current: Reader) -> Response:
    """The same as a PDF, to print or to file."""
    read = await _read(handover_id, current, "exported")
    content = await asyncio.to_thread(_printed, read)  # Takes a while for a long night.
    headers = {"Content-Disposition": f'inline; filename="handover-{handover_id}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _printed(read: _Read) -> bytes:
    # What it needs takes a quarter of a web process's start, which no carer must wait for after a death.
    from api.console.handover import printing

    return printing.pdf(read.sheet, read.team)


@router.post("/{handover_id}/read")
async def sign_for(handover_id: UUID, current: Sender) -> Response:
    """I have read this."""
    async with transaction() as session:
        found = await service.get(session, handover_id, current.person.team_id)
        await service.read_by(session, found, current.person)
    return RedirectResponse(f"{HERE}/{handover_id}#read", 303)


@router.post("/{handover_id}/corrections")
async def correct(request: Request, handover_id: UUID, current: Sender, words: Annotated[str, Form()] = "") -> Response:
    """Add something. What stands on the sheet stays."""
    words = words.replace("\x00", "").strip()
    if not words or len(words) > LIMIT:
        error = f"Shorten it to {LIMIT} characters" if words else "Write what must be added"
        return await _page(request, handover_id, current, words, error)
    async with transaction() as session:
        found = await service.get(session, handover_id, current.person.team_id)
        await service.correct(session, found, current.person, words)
    return RedirectResponse(f"{HERE}/{handover_id}#added", 303)


async def _read(handover_id: UUID, current: Staff, action: str) -> _Read:
    async with transaction() as session:
        found = await service.get(session, handover_id, current.person.team_id)
        audit.record(session, current.person.actor, action, "handover", found.id)
        words = await _words(session, found, current)
        waiting = await console.waiting(session, current.person.team_id)
    return _Read(words, current.person.team.name, waiting)


async def _words(session: AsyncSession, found: Handover, current: Staff) -> Sheet:
    names = await people.names(session, [found.made_by])
    maker = names.get(found.made_by, "Nightlight, at the end of the night")
    reads, added = await service.reads(session, [found.id]), await service.corrections(session, found.id)
    return presenters.sheet(found, reads, added, maker, current.person, clock.now())


async def _page(request: Request, handover_id: UUID, current: Staff, typed: str = "", error: str = "") -> Response:
    read = await _read(handover_id, current, "read")
    context = {
        "staff": current,
        "here": HERE,
        "waiting": read.waiting,
        "sheet": read.sheet,
        "team": read.team,
        "typed": typed,
        "error": error,
        "limit": LIMIT,
    }
    return pages.render(request, "console/handover.html", context, 422 if error else 200)
