"""Reviewing a conversation: the form, what waits for whom, passing on, and talking one over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.audit import service as audit
from api.console import service as console
from api.console.review.judging import presenters, rules
from api.console.review.judging.presenters import QUEUE
from api.console.review.judging.rules import Typed
from api.conversations.rules import Author
from api.database import transaction
from api.errors import Conflict
from api.people.access import Staff, reviewer, reviewer_form
from api.people.models import Person
from api.review.judging import service
from api.review.judging.models import Assignment
from api.review.judging.rules import NOTE_LIMIT, TALKS, Round
from api.review.judging.sampling import service as sampling
from api.review.reading import service as reading

NOTICES = {
    "judged": "Your review is kept. Thank you.",
    "passed": "Somebody else is asked to read it.",
    "wished": "It is noted that you would like to talk about it. The safety officer and coordinators see it here.",
    "talked": "It is noted that it was talked over.",
}
router = APIRouter(prefix="/console/review", include_in_schema=False)
Reader = Annotated[Staff, Depends(reviewer)]
Sender = Annotated[Staff, Depends(reviewer_form)]
Said = Annotated[str, Form()]
type Move = Callable[[AsyncSession, UUID, Person], Awaitable[Assignment]]


@router.get("/queue")
async def show_queue(request: Request, current: Reader, done: str = "") -> Response:
    """What one has to review, what others are late with, and who would like to talk."""
    return await _queue(request, current, notice=NOTICES.get(done, ""))


async def _queue(request: Request, current: Staff, notice: str = "", refusal: str = "") -> Response:
    now, talks = clock.now(), current.person.role in TALKS
    async with transaction() as session:
        mine = presenters.items(await service.mine(session, current.person), now)
        late = presenters.items(await service.overdue(session, current.person), now)
        wishes = presenters.items(await service.debriefs(session, current.person), now) if talks else []
        nobody = len(await sampling.needed(session, current.person.team_id))
        context = await _frame(session, current, QUEUE)
    context |= {"mine": mine, "late": late, "wishes": wishes, "talks": talks, "nobody": nobody}
    context |= {"summary": presenters.summary(mine), "notice": notice, "refusal": refusal}
    return pages.render(request, "console/review/queue.html", context, 409 if refusal else 200)


async def _frame(session: AsyncSession, current: Staff, here: str) -> dict[str, Any]:
    waiting = await console.waiting(session, current.person.team_id, current.looks_after_carers)
    return {"staff": current, "here": here, "waiting": waiting}


@router.get("/conversations/{conversation_id}/judge")
async def show_form(request: Request, conversation_id: UUID, current: Reader) -> Response:
    """The form, with what was said, and who is in it hidden."""
    return await _form(request, conversation_id, current, Typed())


@router.post("/conversations/{conversation_id}/judge")
async def judge(
    request: Request,
    conversation_id: UUID,
    current: Sender,
    should: Said = "",
    since: Said = "",
    priority: Said = "",
    right: Said = "",
    kind: Said = "",
    complete: Said = "",
    net: Said = "",
    safeguarding: Said = "",
    note: Said = "",
    talk: Annotated[bool, Form()] = False,
    number: Said = "",
) -> Response:
    """Keep it; what is missing is said, and what was typed stays. Sent twice, it is one review."""
    note = note.replace("\x00", "").strip()
    typed = Typed(should, since, priority, right, kind, complete, net, safeguarding, note, talk, number)
    async with transaction() as session:
        place = await service.place(session, conversation_id, current.person, typed.stretch_number)
        said = await service.messages(session, place.stretch)
    carers = {str(one.id) for one in said if one.author == Author.CARER}
    if place.round and (errors := rules.problems(typed, carers)):
        return await _form(request, conversation_id, current, typed, errors)
    if not place.round and place.mine is None:
        return await _form(request, conversation_id, current, typed, refused=True)
    try:
        if place.round:
            async with transaction() as session:
                answers = rules.judgement(typed)
                await service.judge(session, conversation_id, current.person, answers, typed.stretch_number, talk)
    except Conflict:
        return await _form(request, conversation_id, current, typed, refused=True)
    return RedirectResponse(f"{QUEUE}?done=judged", 303)


async def _form(
    request: Request,
    conversation_id: UUID,
    current: Staff,
    typed: Typed,
    errors: dict[str, str] | None = None,
    refused: bool = False,
) -> Response:
    now = clock.now()
    async with transaction() as session:
        place = await service.place(session, conversation_id, current.person, typed.stretch_number)
        said = await service.messages(session, place.stretch)
        settles = place.round == Round.ADJUDICATION
        before = await service.of(session, place.stretch.id) if settles else []
        names = (await reading.names(session, [conversation_id]))[conversation_id]
        audit.record(session, current.person.actor, "read", "conversation", conversation_id, to="review")
        context = await _frame(session, current, QUEUE)
    lines = await asyncio.to_thread(presenters.lines, said, names, now)
    context |= {
        "place": place,
        "url": presenters.judge_url(conversation_id),
        "transcript": presenters.transcript_url(conversation_id),
        "as_what": presenters.ROUNDS[place.round] if place.round else "",
        "why": presenters.why(place.stretch.why, place.stretch.chosen),
        "lines": lines,
        "messages": presenters.since_choices(lines),
        "priorities": presenters.priorities(),
        "opinions": presenters.opinions(before, said, now),
        "typed": asdict(typed) | {"number": place.stretch.number},
        "errors": errors or {},
        "limit": NOTE_LIMIT,
        **presenters.choices(),
    }
    return pages.render(request, "console/review/judge.html", context, 422 if errors else 409 if refused else 200)


@router.post("/assignments/{assignment_id}/pass")
async def pass_on(request: Request, assignment_id: UUID, current: Sender) -> Response:
    """They would rather not read it: no reason is asked for."""
    return await _move(request, current, service.pass_on, assignment_id, "passed")


@router.post("/assignments/{assignment_id}/talk")
async def wish_to_talk(request: Request, assignment_id: UUID, current: Sender) -> Response:
    """They would like to talk about it."""
    return await _move(request, current, service.wish_to_talk, assignment_id, "wished")


@router.post("/assignments/{assignment_id}/talked")
async def talked(request: Request, assignment_id: UUID, current: Sender) -> Response:
    """It was talked over."""
    return await _move(request, current, service.talked, assignment_id, "talked")


async def _move(request: Request, current: Staff, move: Move, assignment_id: UUID, done: str) -> Response:
    try:
        async with transaction() as session:
            await move(session, assignment_id, current.person)
    except Conflict as refused:
        return await _queue(request, current, refusal=refused.detail)
    return RedirectResponse(f"{QUEUE}?done={done}", 303)
