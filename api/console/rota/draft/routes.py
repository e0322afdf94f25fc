"""The draft and its patterns. What stands against publishing is listed, and what is wrong is said beside its field."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.console.rota import page
from api.console.rota import presenters as words
from api.console.rota.draft import presenters, schemas
from api.console.rota.presenters import Seen
from api.console.rota.rules import HERE, day
from api.database import transaction
from api.errors import Conflict, Invalid
from api.people import service as people
from api.people.access import Staff, coordinator, coordinator_form
from api.rota import service as rota
from api.rota.changes import service as changes
from api.rota.patterns import service as patterns
from api.rota.publishing import service as publishing
from api.rota.publishing.rules import USUAL
from api.rota.publishing.service import Draft

MOST_SHOWN = 10  # Problems on one page.
NOTICES = {
    "saved": "The pattern is saved in the draft.",
    "removed": "The pattern is out of the draft.",
    "calendar": "The calendar is taken over into the draft.",
}
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(coordinator)]
Sender = Annotated[Staff, Depends(coordinator_form)]


@router.get("/draft")
async def show_draft(request: Request, current: Reader, until: str = "", done: str = "") -> Response:
    """The patterns, the coming two weeks as they would be, and what stands against publishing until a day."""
    return await _draft(request, current, until, NOTICES.get(done, ""))


@router.post("/publish")
async def publish(request: Request, current: Sender, until: Annotated[str, Form()] = "") -> Response:
    """Publish the draft from now until the end of a day, if nothing stands against it."""
    last = day(until)
    if last is None:
        return await _draft(request, current, until, error="Enter the last day")
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            await publishing.publish(session, person, last)
    except Invalid as wrong:
        return await _draft(request, current, until, error=wrong.detail)
    except Conflict as refused:
        return await _draft(request, current, until, refusal=refused.detail)
    return RedirectResponse(f"{HERE}?done=published", 303)


async def _draft(
    request: Request, current: Staff, until: str, notice: str = "", error: str = "", refusal: str = ""
) -> Response:
    now, person = clock.now(), current.person
    usual = (now + USUAL).astimezone(clock.UK).date()
    async with transaction() as session:
        try:
            ends_at = publishing.end_of(day(until) or usual)
        except Invalid as wrong:
            error, ends_at = error or wrong.detail, publishing.end_of(usual)
        made = await publishing.draft(session, person.team, now, ends_at)
        names = {one.id: one.name for one in await rota.staff(session, person.team_id)}
        seen = await _seen(session, current, made, names)
        context = await page.frame(session, current)
        rows = [presenters.row(one) for one in await patterns.of_team(session, person.team_id)]
        overrides = await changes.overrides(session, person.team_id)
    context |= {
        "patterns": rows,
        "overrides": [words.override(one, now) for one in overrides],
        "problems": [words.problem(one, names, now) for one in made.problems[:MOST_SHOWN]],
        "more": len(made.problems) - MOST_SHOWN,
        "summary": presenters.summary(len(made.problems)),
        "days": words.table(seen, now),
        "columns": [words.rung(code) for code in seen.rungs],
        "until": until or usual.isoformat(),
        "error": error,
        "refusal": refusal,
        "notice": notice,
    }
    return pages.render(request, "console/rota/draft.html", context, 422 if error else 409 if refusal else 200)


async def _seen(session: AsyncSession, current: Staff, made: Draft, names: dict[UUID, str]) -> Seen:
    reach = await rota.reach(session, current.person.team_id)
    rungs = page.rungs(current.person)
    return Seen(made.shifts, names, reach, rungs, made.ends_at, current.person.id)


@router.get("/patterns/new")
async def show_new(request: Request, current: Reader) -> Response:
    """An empty form."""
    today = clock.now().astimezone(clock.UK).date()
    return await _form(request, current, None, schemas.BLANK | {"first_day": today.isoformat()}, {})


@router.post("/patterns/new")
async def add(request: Request, current: Sender) -> Response:
    """A new pattern in the draft."""
    return await _save(request, current, None)


@router.get("/patterns/{pattern_id}")
async def show_pattern(request: Request, pattern_id: UUID, current: Reader) -> Response:
    """A pattern in a form."""
    async with transaction() as session:
        row = await patterns.one(session, current.person.team_id, pattern_id)
        typed = schemas.typed_of(publishing.as_pattern(row))
    return await _form(request, current, pattern_id, typed, {})


@router.post("/patterns/{pattern_id}")
async def change(request: Request, pattern_id: UUID, current: Sender) -> Response:
    """Put what was typed in the place of a pattern. Another team's is not there, however well it is typed."""
    async with transaction() as session:
        await patterns.one(session, current.person.team_id, pattern_id)
    return await _save(request, current, pattern_id)


@router.post("/patterns/{pattern_id}/remove")
async def remove(pattern_id: UUID, current: Sender) -> Response:
    """Take a pattern out of the draft."""
    async with transaction() as session:
        person = await people.person(session, current.person.id)
        await patterns.remove(session, person, pattern_id)
    return RedirectResponse(f"{HERE}/draft?done=removed", 303)


async def _save(request: Request, current: Staff, pattern_id: UUID | None) -> Response:
    form = await request.form()
    typed = schemas.typed({name: [str(one) for one in form.getlist(name)] for name in form})
    pattern, errors = schemas.read(typed)
    if pattern is None:
        return await _form(request, current, pattern_id, typed, errors)
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            await patterns.save(session, person, pattern, pattern_id)
    except Invalid as wrong:
        return await _form(request, current, pattern_id, typed, {str(wrong.extra["field"]): wrong.detail})
    return RedirectResponse(f"{HERE}/draft?done=saved", 303)


async def _form(
    request: Request, current: Staff, pattern_id: UUID | None, typed: schemas.Typed, errors: dict[str, str]
) -> Response:
    async with transaction() as session:
        staff = await rota.staff(session, current.person.team_id)
        context: dict[str, Any] = await page.frame(session, current)
    url = f"{HERE}/patterns/{pattern_id or 'new'}"
    context |= {"typed": typed, "errors": errors, "url": url, "is_new": pattern_id is None}
    context["offers"] = presenters.offers(typed, staff, page.rungs(current.person))
    return pages.render(request, "console/rota/pattern.html", context, 422 if errors else 200)
