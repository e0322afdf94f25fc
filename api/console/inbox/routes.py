"""The inbox: all conversations of a team in one list, live."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import clock, live, pages
from api.audit import service as audit
from api.console import service as console
from api.console import stream
from api.console.inbox import presenters, rules, service
from api.console.inbox.presenters import HERE
from api.console.inbox.rules import Asked
from api.database import transaction
from api.people.access import Staff, nurse

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]


async def asked_for(
    show: str = "",
    channel: str = "",
    danger: str = "",
    words: str = "",
    before: str = "",
    digits: Annotated[str, Query(max_length=40)] = "",
) -> Asked:
    """What the address asks for."""
    return rules.read(show, channel, bool(danger), words, digits, before)


Question = Annotated[Asked, Depends(asked_for)]


@router.get("")
async def show_inbox(request: Request, current: Reader, asked: Question, digits: str = "") -> Response:
    """A page of the team's conversations. That it was read, and whether it was searched, is on record."""
    error = rules.error(asked, digits)
    async with transaction() as session:
        context = await _context(session, current, asked)
        searched = [name for name, value in asked.search.items() if value]
        audit.record(session, current.person.actor, "read", "inbox", current.person.team_id, by=searched)
    shown = {
        "here": HERE,
        "shows": presenters.SHOWS,
        "channels": presenters.channels(),
        "typed_digits": digits,
        "error": error,
    }
    return pages.render(request, "console/inbox.html", {**context, **shown}, 422 if error else 200)


@router.get("/events")
async def follow_inbox(current: Reader, asked: Question) -> Response:
    """The same page again whenever something is said, as server-sent events."""

    async def read(session: AsyncSession) -> stream.Parts:
        context = await _context(session, current, asked)
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in ("inbox", *console.LIVE)}

    topics = (live.BOARD, live.inbox(current.person.team_id))
    return EventSourceResponse(stream.watch(current, topics, read))


async def _context(session: AsyncSession, current: Staff, asked: Asked) -> dict[str, Any]:
    found = await service.find(session, current.person, asked)
    left = await service.left(session, current.person)
    inbox = presenters.inbox(found, left, asked, current.person, clock.now())
    return {
        "staff": current,
        "asked": asked,
        "inbox": inbox,
        "summary": presenters.summary(inbox, asked),
        "waiting": await console.waiting(session, current.person.team_id),
        "events": "" if asked.before else f"{HERE}/events?{asked.address}",
    }
