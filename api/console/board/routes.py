"""The live board, and closing a task."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import clock, live, pages
from api.console import service as console
from api.console import stream
from api.console.board import presenters, service
from api.console.conversation import presenters as talk
from api.console.conversation import service as conversation
from api.console.rota import presenters as rota_words
from api.cover import service as cover
from api.database import transaction
from api.escalations import service as escalations
from api.escalations import tasks
from api.people.access import Staff, nurse, nurse_form, staff

HERE = "/console"
NOTE_LIMIT = 500  # Characters.
NOTICES = {"task": "The task is done.", "closed": "Closed. It is off the board and on record."}
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
Sender = Annotated[Staff, Depends(nurse_form)]


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
        context = await _context(session, current)
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in ("board", "waiting")}

    return EventSourceResponse(stream.watch(current, (live.BOARD,), read))


async def _context(session: AsyncSession, current: Staff) -> dict[str, Any]:
    gathered = await service.gather(session, current.person.team_id)
    waiting = await console.waiting(session, current.person.team_id)
    warnings = [rota_words.warning(one, clock.now()) for one in await cover.alarms(session, current.person.team_id)]
    return {"board": presenters.board(gathered, clock.now()), "waiting": waiting, "rota_warnings": warnings}


@router.get("/tasks/{task_id}")
async def show_task(request: Request, task_id: UUID, current: Reader) -> Response:
    """One task with the form that closes it. A page of its own, so that no live update takes away what is typed."""
    return await _task_page(request, task_id, current)


@router.post("/tasks/{task_id}")
async def finish_task(request: Request, task_id: UUID, current: Sender, note: Annotated[str, Form()] = "") -> Response:
    """Close a task with a note of what was done."""
    note = note.strip()
    if not note or len(note) > NOTE_LIMIT:
        error = f"Shorten the note to {NOTE_LIMIT} characters" if note else "Write what was done"
        return await _task_page(request, task_id, current, note, error)
    async with transaction() as session:
        await conversation.task_of_team(session, task_id, current.person)
        await tasks.finish(session, task_id, current.person, note)
    return RedirectResponse(f"{HERE}?done=task", 303)


async def _task_page(request: Request, task_id: UUID, current: Staff, note: str = "", error: str = "") -> Response:
    async with transaction() as session:
        task = await conversation.task_of_team(session, task_id, current.person)
        of = await conversation.of_team(session, task.conversation_id, current.person)
        open_one = await escalations.open_for(session, of.id)
    row = talk.task_row(task, of.channel, open_one.id if open_one else None, clock.now())
    shown = {"task": row, "is_done": task.done_at is not None, "note": note, "error": error, "limit": NOTE_LIMIT}
    return pages.render(request, "console/task.html", {**shown, "staff": current}, 422 if error else 200)
