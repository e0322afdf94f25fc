"""The live board."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import clock, live, pages
from api.console import service as console
from api.console import stream
from api.console.board import presenters, service
from api.console.rota import presenters as rota_words
from api.cover import service as cover
from api.database import transaction
from api.people.access import Staff, nurse, staff

HERE = "/console"
NOTICES = {"closed": "Closed. It is off the board and on record."}
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]


@router.get("")
async def show_board(request: Request, current: Annotated[Staff, Depends(staff)], done: str = "") -> Response:
    """A team's open escalations, tasks and threads that people hold. Who looks after no carer goes to the directory."""
    if not current.looks_after_carers:
        return RedirectResponse(f"{HERE}/directory", 303)
    async with transaction() as session:
        context = await _context(session, current)
    notice = NOTICES.get(done, "")
    return pages.render(request, "console/board.html", {**context, "staff": current, "here": HERE, "notice": notice})


@router.get("/events")
async def follow_board(current: Reader) -> Response:
    """The board again whenever it changes, as server-sent events."""

    async def read(session: AsyncSession) -> stream.Parts:
        context = {**await _context(session, current), "staff": current}
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in ("board", *console.LIVE)}

    return EventSourceResponse(stream.watch(current, (live.BOARD,), read))


async def _context(session: AsyncSession, current: Staff) -> dict[str, Any]:
    gathered = await service.gather(session, current.person.team_id)
    waiting = await console.waiting(session, current.person.team_id)
    warnings = [rota_words.warning(one, clock.now()) for one in await cover.alarms(session, current.person.team_id)]
    return {"board": presenters.board(gathered, clock.now()), "waiting": waiting, "rota_warnings": warnings}
