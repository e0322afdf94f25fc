"""One conversation: reading it, writing as a person, handing back, and seeing the number."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Header, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from api import live, pages
from api.audit import service as audit
from api.console import stream
from api.console.conversation import page, presenters, rules, service
from api.console.presenters import case_url
from api.conversations import service as conversations
from api.conversations.carer_calls import service as carer_calls
from api.conversations.rules import Channel
from api.database import transaction
from api.escalations import service as escalations
from api.people import service as people
from api.people.access import Staff, number_form, nurse, nurse_form

router = APIRouter(prefix="/console/conversations", include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]
Sender = Annotated[Staff, Depends(nurse_form)]
ByHtmx = Annotated[str, Header(alias="HX-Request")]


@router.get("/{conversation_id}")
async def show_conversation(request: Request, conversation_id: UUID, current: Reader) -> Response:
    """The whole thread, with the box to write in. Reading it is on record."""
    return await _page(request, conversation_id, current)


@router.get("/{conversation_id}/events")
async def follow_conversation(conversation_id: UUID, current: Reader) -> Response:
    """The parts of the page again whenever they change, as server-sent events."""
    async with transaction() as session:
        found = await service.of_team(session, conversation_id, current.person)
        audit.record(session, current.person.actor, "read", "conversation", found.id, live=True)

    async def read(session: AsyncSession) -> stream.Parts:
        context = await page.context_of(session, await conversations.get(session, conversation_id), current)
        return {name: pages.fragment(f"console/parts/{name}.html", **context) for name in page.LIVE_PARTS}

    return EventSourceResponse(stream.watch(current, (live.conversation(conversation_id), live.BOARD), read))


@router.post("/{conversation_id}/messages")
async def write(
    request: Request,
    conversation_id: UUID,
    current: Sender,
    words: Annotated[str, Form()] = "",
    key: Annotated[str, Form(max_length=64)] = "",
    snippet: Annotated[str, Form()] = "",
    use: Annotated[bool, Form()] = False,
    by_htmx: ByHtmx = "",
) -> Response:
    """Send a person's own words. What cannot be sent comes back as it was typed, with the reason.

    With `use` nothing is sent: the chosen snippet is put into the box, to be read and changed first.
    """
    words = rules.tidy(words)
    if use:
        return await _with_snippet(request, conversation_id, current, words, snippet, bool(by_htmx))
    async with transaction() as session:
        found = await service.of_team(session, conversation_id, current.person, lock=True)
        refused = rules.cannot_write(found.channel, found.address, found.opted_out_at, found.closed_at)
        problem = refused or rules.problem_with(words, found.channel == Channel.SMS)
        if problem is None:
            person = await people.person(session, current.person.id)
            await service.write(session, found, person, words, key)
    if problem and not by_htmx:
        return await _page(request, conversation_id, current, typed=words, error=problem)
    if by_htmx:
        box = presenters.reply_box(found, current.person.name, words if problem else "", problem or "")
        shown = {"reply": box, "staff": current, "sent": problem is None}
        return pages.render(request, "console/parts/reply.html", shown, 422 if problem else 200)
    return await _back(conversation_id, "#reply")


async def _with_snippet(
    request: Request, conversation_id: UUID, current: Staff, words: str, snippet: str, by_htmx: bool
) -> Response:
    async with transaction() as session:
        found = await service.of_team(session, conversation_id, current.person)
    chosen = presenters.snippets(found, current.person.name).get(snippet, "")
    typed = "\n".join(filter(None, (words, chosen)))
    if not by_htmx:
        return await _page(request, conversation_id, current, typed=typed)
    box = presenters.reply_box(found, current.person.name, typed)
    return pages.render(request, "console/parts/reply.html", {"reply": box, "staff": current})


@router.post("/{conversation_id}/take-over")
async def take_over(request: Request, conversation_id: UUID, current: Sender) -> Response:
    """Say that one writes here from now on: the carer is told by whom, and the assistant is silent."""
    async with transaction() as session:
        found = await service.of_team(session, conversation_id, current.person, lock=True)
        problem = presenters.cannot_write(found)
        if not problem:
            await conversations.take_over(session, found, await people.person(session, current.person.id))
            audit.record(session, current.person.actor, "took_over", "conversation", found.id)
    if problem:
        return await _page(request, conversation_id, current, error=problem)
    return await _back(conversation_id, "#reply")


@router.post("/{conversation_id}/give-back")
async def give_back(conversation_id: UUID, current: Sender) -> Response:
    """The assistant answers again."""
    async with transaction() as session:
        found = await service.of_team(session, conversation_id, current.person, lock=True)
        await conversations.give_back(session, found)
        audit.record(session, current.person.actor, "gave_back", "conversation", found.id)
    return await _back(conversation_id, "#reply")


@router.post("/{conversation_id}/number")
async def show_number(
    request: Request, conversation_id: UUID, current: Annotated[Staff, Depends(number_form)], by_htmx: ByHtmx = ""
) -> Response:
    """The carer's number, this once. Asking for it is on record."""
    async with transaction() as session:
        found = await service.of_team(session, conversation_id, current.person)
        audit.record(session, current.person.actor, "number_shown", "conversation", found.id)
        call = await carer_calls.live(session, found.id)
    if not by_htmx:
        return await _page(request, conversation_id, current, number=True)
    shown = {"contact": presenters.contact(found, call, show=True), "staff": current}
    return pages.render(request, "console/parts/contact.html", shown)


async def _back(conversation_id: UUID, place: str) -> Response:
    async with transaction() as session:
        open_one = await escalations.open_for(session, conversation_id)
    return RedirectResponse(case_url(conversation_id, open_one.id if open_one else None) + place, 303)


async def _page(
    request: Request, conversation_id: UUID, current: Staff, typed: str = "", error: str = "", number: bool = False
) -> Response:
    async with transaction() as session:
        found = await service.of_team(session, conversation_id, current.person)
        context = await page.context_of(session, found, current, number)
        audit.record(session, current.person.actor, "read", "conversation", found.id)
    context["reply"] = presenters.reply_box(found, current.person.name, typed, error)
    context["events"] = f"/console/conversations/{found.id}/events"
    return pages.render(request, "console/conversation.html", context, 422 if error else 200)
