"""The live board."""

from collections import defaultdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import clock, live, pages
from api.console import service as console
from api.console import stream
from api.console.alarms.presenters import line_alarm, release_alarm
from api.console.board import presenters, service
from api.console.rota import presenters as rota_words
from api.cover import service as cover
from api.database import transaction
from api.people.access import Staff, nurse, staff
from api.review.learning import releases
from api.watch import service as watch

HERE = "/console"
NOTICES = {
    "closed": "Closed. It is off the board and on record.",
    "stood_down": "Stood down. Paging has stopped, and it is off the board and on record.",
}
_boards: defaultdict[UUID, stream.Shared] = defaultdict(stream.Together)  # By team: all of it see the same board.
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]


@router.get("")
async def show_board(request: Request, current: Annotated[Staff, Depends(staff)], done: str = "") -> Response:
    """A team's open escalations, tasks and threads that people hold. Who looks after no carer goes to the directory."""
    if not current.looks_after_carers:
        return RedirectResponse(f"{HERE}/directory", 303)
    async with transaction() as session:
        context = await _context(session, current.person.team_id)
    notice = NOTICES.get(done, "")
    return pages.render(request, "console/board.html", {**context, "staff": current, "here": HERE, "notice": notice})


@router.get("/events")
async def follow_board(current: Reader) -> Response:
    """The board again whenever it changes, as server-sent events."""

    async def read(session: AsyncSession) -> stream.Parts:
        context = await _context(session, current.person.team_id)
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in ("board", *console.LIVE)}

    together = _boards[current.person.team_id]
    return EventSourceResponse(stream.watch(current, (live.BOARD,), read, together))


async def _context(session: AsyncSession, team_id: UUID) -> dict[str, Any]:
    now, gathered = clock.now(), await service.gather(session, team_id)
    warnings = [rota_words.warning(one, now) for one in await cover.alarms(session, team_id)]
    news = console.news_of(gathered.calls, now, await console.banners(session, team_id))
    line = [line_alarm(one, now) for one in await watch.alarms(session)]
    return {
        "board": presenters.board(gathered, news, now),
        "waiting": news,
        "rota_warnings": warnings,
        "line_alarms": line,
        "release_alarm": release_alarm(await releases.in_use(session), now),
    }
