"""The work list, live, and one task: taking it, noting what came of it, handing it on."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import clock, live, pages
from api.console import service as console
from api.console import stream
from api.console.conversation import service as conversation
from api.console.tasks import presenters, rules, service
from api.console.tasks.presenters import HERE
from api.console.tasks.rules import NO_ANSWER, NOTE_LIMIT, Show
from api.database import transaction
from api.errors import Conflict, Forbidden
from api.escalations import tasks
from api.escalations.rules import TaskOutcome
from api.people import service as people
from api.people.access import Staff, nurse, nurse_form
from api.people.rules import LEADS

NOTICES = {
    "task": "The task is done.",
    "again": "Noted. It is due again at the time that you gave.",
    "handed": "It is your colleague’s now.",
    "coordinator": "Noted. Nobody answered so often that a coordinator must decide.",
}
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
Sender = Annotated[Staff, Depends(nurse_form)]


@router.get("")
async def show_list(request: Request, current: Reader, show: str = "", done: str = "") -> Response:
    """A team's tasks by urgency and due time."""
    async with transaction() as session:
        context = await _list(session, current, _show(show))
    shown = {**context, "here": HERE, "shows": presenters.SHOWS, "notice": NOTICES.get(done, "")}
    return pages.render(request, "console/tasks.html", shown)


@router.get("/events")
async def follow_list(current: Reader, show: str = "") -> Response:
    """The list again whenever it changes, as server-sent events."""

    async def read(session: AsyncSession) -> stream.Parts:
        context = await _list(session, current, _show(show))
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in ("work", *console.LIVE)}

    return EventSourceResponse(stream.watch(current, (live.BOARD,), read))


def _show(typed: str) -> Show:
    return Show(typed) if typed in Show else Show.ALL


async def _list(session: AsyncSession, current: Staff, show: Show) -> dict[str, Any]:
    work = presenters.work_list(await service.listed(session, current.person, show), clock.now())
    waiting = await console.waiting(session, current.person.team_id)
    return {"work": work, "show": show, "waiting": waiting, "staff": current, "events": f"{HERE}/events?show={show}"}


@router.get("/{task_id}")
async def show_task(request: Request, task_id: UUID, current: Reader) -> Response:
    """One task with its forms. A page of its own, so that no live update takes away what is typed."""
    return await _page(request, task_id, current)


@router.post("/{task_id}")
async def note_outcome(
    request: Request,
    task_id: UUID,
    current: Sender,
    outcome: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """What came of it: done, or nobody answered and it is due again."""
    note, now = note.replace("\x00", "").strip(), clock.now()
    async with transaction() as session:
        task = await conversation.task_of_team(session, task_id, current.person)
    allowed = _allowed(current, task.kind, task.tries)
    outcome = outcome or (allowed[0] if len(allowed) == 1 else "")
    due = rules.again_at(again, now)
    if errors := rules.errors(allowed, outcome, note, due):
        return await _page(request, task_id, current, {"outcome": outcome, "note": note, "again": again}, errors)
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            if outcome == NO_ANSWER and due is not None:
                tried = await tasks.no_answer(session, task_id, person, note, due)
                done = "coordinator" if tasks.is_for_coordinator(tried) else "again"
            else:
                await tasks.finish(session, task_id, person, note, TaskOutcome(outcome))
                done = "task"
    except (Conflict, Forbidden) as refused:
        return await _page(request, task_id, current, {"note": note}, refusal=refused.detail)
    return RedirectResponse(f"{HERE}?done={done}", 303)


@router.post("/{task_id}/take")
async def take(request: Request, task_id: UUID, current: Sender) -> Response:
    """Say that one sees to it."""
    try:
        async with transaction() as session:
            await conversation.task_of_team(session, task_id, current.person)
            await tasks.take(session, task_id, await people.person(session, current.person.id))
    except (Conflict, Forbidden) as refused:
        return await _page(request, task_id, current, refusal=refused.detail)
    return RedirectResponse(f"{HERE}/{task_id}", 303)


@router.post("/{task_id}/hand")
async def hand(
    request: Request, task_id: UUID, current: Sender, to: Annotated[UUID, Form()], note: Annotated[str, Form()] = ""
) -> Response:
    """Pass it to a colleague."""
    note = note.replace("\x00", "").strip()[:NOTE_LIMIT]
    try:
        async with transaction() as session:
            await conversation.task_of_team(session, task_id, current.person)
            giver, taker = await people.person(session, current.person.id), await people.person(session, to)
            await tasks.hand_to(session, task_id, giver, taker, note)
    except (Conflict, Forbidden) as refused:
        return await _page(request, task_id, current, refusal=refused.detail)
    return RedirectResponse(f"{HERE}?done=handed", 303)


def _allowed(current: Staff, kind: str, tries: int) -> tuple[str, ...]:
    return rules.outcomes(kind, current.person.role in LEADS, tries)


async def _page(
    request: Request,
    task_id: UUID,
    current: Staff,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    refusal: str = "",
) -> Response:
    now = clock.now()
    async with transaction() as session:
        case = await service.case(session, task_id, current.person)
        waiting = await console.waiting(session, current.person.team_id)
    task = case.listed.task
    context = {
        "staff": current,
        "here": HERE,
        "waiting": waiting,
        "row": presenters.row(case.listed, now),
        "is_done": task.done_at is not None,
        "is_mine": presenters.is_mine(case, current.person),
        "is_free": task.taken_by_id is None,
        "choices": presenters.choices(_allowed(current, task.kind, task.tries)),
        "colleagues": presenters.colleagues(case),
        "timeline": presenters.history(case, now),
        "typed": typed or {},
        "errors": errors or {},
        "refusal": f"Nothing was changed. {refusal}" if refusal else "",
        "limit": NOTE_LIMIT,
    }
    return pages.render(request, "console/task.html", context, 422 if errors else 409 if refusal else 200)
