"""Reading one transcript. That it was read is on record, and so is seeing who is in it, with the reason."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.console import service as console
from api.console.review.presenters import HERE
from api.console.review.transcript import presenters, service
from api.database import transaction
from api.people.access import Staff, reviewer, unmasker_form
from api.review.reading import service as reading
from api.review.reading.rules import NAME_LIMIT, name_of
from api.review.reading.transcript import service as transcripts

router = APIRouter(prefix=f"{HERE}/conversations", include_in_schema=False)


@router.get("/{conversation_id}")
async def show_transcript(
    request: Request, conversation_id: UUID, current: Annotated[Staff, Depends(reviewer)]
) -> Response:
    """The whole conversation, with what was understood at each turn, and with who is in it hidden."""
    return await _page(request, conversation_id, current)


@router.post("/{conversation_id}/unmask")
async def unmask(
    request: Request,
    conversation_id: UUID,
    current: Annotated[Staff, Depends(unmasker_form)],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """The same with who is in it, for this one view of the page. Without a reason nothing is shown."""
    why = name_of(reason)
    return await _page(request, conversation_id, current, why, "" if why else "Enter why you need to see who is in it")


async def _page(request: Request, conversation_id: UUID, current: Staff, reason: str = "", error: str = "") -> Response:
    async with transaction() as session:
        found = await reading.of_reviewer(session, conversation_id, current.person)
        if reason:
            transcripts.unmasked(session, current.person, found.id, reason)
        else:
            transcripts.read(session, current.person, found.id)
        context = await _context(session, current, await service.gather(session, found), show=bool(reason))
    shown = {**context, "error": error, "reason": reason, "limit": NAME_LIMIT}
    return pages.render(request, "console/review/transcript.html", shown, 422 if error else 200)


async def _context(session: AsyncSession, current: Staff, found: service.Transcript, show: bool) -> dict[str, Any]:
    waiting = await console.waiting(session, current.person.team_id)
    # On a thread: hiding who is in a long conversation takes a while, and nobody else must wait for that.
    page = await asyncio.to_thread(presenters.page, found, clock.now(), show)
    judges = found.conversation.team_id == current.person.team_id  # Whoever is for every team reads the others' only.
    return {"page": page, "judges": judges, "staff": current, "here": HERE, "waiting": waiting}
