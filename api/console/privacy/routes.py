"""Privacy: the rules and what they did, finding one person, their data, holds, and erasing them."""

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.audit import service as audit
from api.console.privacy import presenters
from api.console.privacy.presenters import CONFIRM, HERE
from api.database import transaction
from api.errors import Conflict, Invalid, NightlightError, NotFound
from api.people import service as people
from api.people.access import Staff, fresh, privacy, privacy_form
from api.privacy import service
from api.privacy.consents import service as consents
from api.privacy.erasing import service as erasing
from api.privacy.exporting import service as exporting
from api.privacy.holds import service as holds
from api.privacy.retention import service as retention
from api.privacy.rules import Found

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(privacy)]
Sender = Annotated[Staff, Depends(privacy_form)]
Typed = Annotated[str, Form()]
KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "json": "application/json"}
HEAVY = [Depends(fresh)]


@router.get("")
async def show_privacy(request: Request, current: Reader, done: str = "") -> Response:
    """What is kept for how long, what the last nights did, holds, and proofs of erasure."""
    return await _front(request, current, notice=presenters.NOTICES.get(done, ""))


@router.post("/find", dependencies=HEAVY)
async def find(request: Request, current: Sender, who: Typed = "") -> Response:
    """Who is known by a number, a web thread or a conversation. None of it stands in an address."""
    try:
        async with transaction() as session:
            found = await service.named(session, who)
            await service.may_all_be_seen(session, found, current.person)
    except NotFound as error:
        return await _front(request, current, error=error.detail)
    return RedirectResponse(f"{HERE}/people/{found.conversations[0]}", 303)


@router.get("/people/{conversation_id}", dependencies=HEAVY)
async def show_person(request: Request, conversation_id: UUID, current: Reader, done: str = "") -> Response:
    """Whoever wrote this conversation: what there is of them, and what may be done."""
    return await _person(request, conversation_id, current, notice=presenters.NOTICES.get(done, ""))


@router.post("/people/{conversation_id}/export", dependencies=HEAVY)
async def export(conversation_id: UUID, current: Sender, form: Typed = "html") -> Response:
    """Everything that is held about them, as a document or for machines. On record."""
    if form not in KINDS:
        raise Invalid("Choose a page, a PDF, or data.")
    async with transaction() as session:
        found = await _found(session, conversation_id, current)
        gathered = await exporting.gather(session, found, current.person.actor)
    content = await asyncio.to_thread(_written, gathered, form)
    headers = {"Content-Disposition": f'attachment; filename="nightlight-access.{form}"'}
    return Response(content, media_type=KINDS[form], headers=headers)


def _written(gathered: exporting.Export, form: str) -> bytes:
    # What the PDF needs takes long to load, which no carer must wait for after a restart.
    from api.console.privacy.exported import page

    return page.as_file(gathered, form)


@router.post("/people/{conversation_id}/hold", dependencies=HEAVY)
async def hold(
    request: Request,
    conversation_id: UUID,
    current: Sender,
    reason: Typed = "",
    review_on: Typed = "",
    whole_person: Annotated[bool, Form()] = False,
) -> Response:
    """Keep it until somebody lifts the hold."""
    typed = {"reason": _plain(reason), "review_on": review_on}
    try:
        async with transaction() as session:
            found = await _found(session, conversation_id, current)
            kept = conversation_id if conversation_id in found.conversations else found.conversations[0]
            by, day = current.person.actor, _day(review_on)
            await holds.put(session, kept, by, typed["reason"], day, whole_person)
    except Invalid as error:
        return await _person(request, conversation_id, current, error, typed)
    return RedirectResponse(f"{HERE}?done=held", 303)


@router.post("/holds/{hold_id}/lift", dependencies=HEAVY)
async def lift(request: Request, hold_id: UUID, current: Sender, because: Typed = "") -> Response:
    """Let a hold go."""
    try:
        async with transaction() as session:
            await holds.lift(session, hold_id, current.person, _plain(because))
    except (Invalid, Conflict) as error:
        return await _front(request, current, error=error.detail, field=f"because-{hold_id}")
    return RedirectResponse(f"{HERE}?done=lifted", 303)


@router.post("/people/{conversation_id}/erase", dependencies=HEAVY)
async def erase(request: Request, conversation_id: UUID, current: Sender, confirm: Typed = "") -> Response:
    """Erase them everywhere. The proof stands on the first page; the worker clears what the assistant remembers."""
    try:
        async with transaction() as session:
            found = await _found(session, conversation_id, current)
            if confirm.strip() != CONFIRM:
                raise Invalid(f"Type {CONFIRM} to say that you mean it.", field="confirm")
            made = await erasing.erase(session, found, current.person.actor)
    except (Invalid, Conflict) as error:
        return await _person(request, conversation_id, current, error, {"confirm": confirm})
    return RedirectResponse(f"{HERE}#proof-{made.id}", 303)


@router.post("/people/{conversation_id}/learning", dependencies=HEAVY)
async def agree(request: Request, conversation_id: UUID, current: Sender, how: Typed = "") -> Response:
    """Write down that the carer lets this conversation's words teach the line."""
    try:
        async with transaction() as session:
            found = await _found(session, conversation_id, current)
            if conversation_id not in found.conversations:
                raise NotFound("There is no such conversation.")
            await consents.give(session, conversation_id, _plain(how), current.person.actor)
    except Invalid as error:
        return await _person(request, conversation_id, current, error, {"how": how})
    return RedirectResponse(f"{HERE}/people/{conversation_id}?done=agreed", 303)


def _plain(typed: str) -> str:
    return " ".join(typed.replace("\x00", "").split())


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid("Enter a day such as 2027-05-26.", field="review_on") from None


async def _found(session: AsyncSession, conversation_id: UUID, current: Staff) -> Found:
    found = await service.of_conversation(session, conversation_id)
    await service.may_all_be_seen(session, found, current.person)
    return found


async def _front(request: Request, current: Staff, notice: str = "", error: str = "", field: str = "who") -> Response:
    now, everything = clock.now(), current.person.of_installation
    async with transaction() as session:
        runs = await retention.runs(session)
        standing = await holds.standing(session, current.person)
        mine = None if everything else current.person.actor
        erasures = [one for one in await erasing.latest(session) if mine in (None, one.by)]
        names = await people.names(session, {*(one.set_by for one in standing), *(one.by for one in erasures)})
    plan = retention.plan()
    context = {
        "rules": presenters.rules(plan.rules, runs),
        "status": plan.status,
        "at": f"{plan.at:%H:%M}",
        "runs": presenters.runs(runs, now),
        "holds": presenters.holds(standing, names, now.astimezone(clock.UK).date(), now),
        "proofs": presenters.proofs(erasures, names, now),
    }
    return _render(request, "front", current, {**context, "notice": notice, "error": error, "field": field})


async def _person(
    request: Request,
    conversation_id: UUID,
    current: Staff,
    error: NightlightError | None = None,
    typed: dict[str, str] | None = None,
    notice: str = "",
) -> Response:
    async with transaction() as session:
        found = await _found(session, conversation_id, current)
        audit.record(session, current.person.actor, "looked_up", "conversation", conversation_id)
        why_not = await _why_not(session, found)
    context = {
        "url": f"{HERE}/people/{conversation_id}",
        "lines": presenters.person(found),
        "conversations": [f"/console/conversations/{one}" for one in found.conversations],
        "why_not": why_not,
        "confirm": CONFIRM,
        "typed": typed or {},
        "notice": notice,
        "error": error.detail if error else "",
        "field": error.extra.get("field", "confirm") if error else "",
    }
    return _render(request, "person", current, context)


async def _why_not(session: AsyncSession, found: Found) -> str:
    try:
        await erasing.refuse(session, found)
    except Conflict as refused:
        return refused.detail
    return ""


def _render(request: Request, name: str, current: Staff, context: dict[str, Any]) -> Response:
    status = 422 if context["error"] else 200
    return pages.render(request, f"console/privacy/{name}.html", {**context, "staff": current, "here": HERE}, status)
