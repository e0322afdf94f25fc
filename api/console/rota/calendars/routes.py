"""Taking a calendar over: what it would change first, and then that very calendar, whole or not at all."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api import clock, pages
from api.console.rota import page
from api.console.rota import presenters as words
from api.console.rota.calendars import presenters
from api.console.rota.rules import HERE
from api.database import transaction
from api.errors import Invalid
from api.people import service as people
from api.people.access import Staff, coordinator, coordinator_form
from api.rota.calendars import service as calendars
from api.rota.calendars.rules import MOST_BYTES
from api.rota.calendars.service import Planned, Source
from api.rota.feeds import service as feeds

NOTICES = {"stopped": "The calendar is read no more. What was taken over of it stays in the draft."}
router = APIRouter(prefix=f"{HERE}/calendars", include_in_schema=False)
Reader = Annotated[Staff, Depends(coordinator)]
Sender = Annotated[Staff, Depends(coordinator_form)]
Text = Annotated[str, Form()]
EMPTY = Source("", "", "")


@router.get("")
async def show_form(request: Request, current: Reader, done: str = "") -> Response:
    """Which calendar, and for which rung; and those that are read again by themselves."""
    return await _page(request, current, EMPTY, {}, notice=NOTICES.get(done, ""))


@router.post("")
async def try_out(
    request: Request,
    current: Sender,
    rung: Text = "",
    calendar: Text = "",
    url: Text = "",
    file: UploadFile | None = None,
) -> Response:
    """What taking it over would change, or what is wrong with it by the line. Nothing is changed."""
    source = Source(calendar.strip(), rung, "", url.strip())
    try:
        source = Source(source.calendar, rung, await _read(source.url, file), source.url)
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            found = await calendars.planned(session, person.team, source)
    except Invalid as wrong:
        return await _page(request, current, source, {str(wrong.extra.get("field", "url")): wrong.detail})
    return await _page(request, current, source, {}, found)


async def _read(url: str, file: UploadFile | None) -> str:
    """The calendar out of the file or from the address. Raises Invalid."""
    if url:
        return (await calendars.fetch(url)).text
    body = await file.read(MOST_BYTES + 1) if file is not None else b""
    if not body:
        raise Invalid("Enter the address of a calendar, or choose a file", field="url")
    return calendars.text_of(body, "file")


@router.post("/apply")
async def apply(
    request: Request, current: Sender, rung: Text = "", calendar: Text = "", text: Text = "", url: Text = ""
) -> Response:
    """Take over the calendar that was tried out, into the draft."""
    source = Source(calendar, rung, text, url.strip())
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            found = await feeds.take_over(session, person.team, person.actor, source)
    except Invalid as wrong:
        return await _page(request, current, source, {str(wrong.extra.get("field", "url")): wrong.detail})
    if found.faults:
        return await _page(request, current, source, {}, found)
    return RedirectResponse(f"{HERE}/draft?done=calendar", 303)


@router.get("/{feed_id}")
async def show_feed(request: Request, feed_id: UUID, current: Reader) -> Response:
    """What taking a calendar over as it was last read at its address would change, and the button that does it."""
    source = EMPTY
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            feed = await feeds.one(session, person.team_id, feed_id)
            source = feeds.source(feed)
            found = await feeds.different(session, person.team, feed)
    except Invalid as wrong:
        return await _page(request, current, source, {str(wrong.extra.get("field", "url")): wrong.detail})
    return await _page(request, current, source, {}, found)


@router.post("/{feed_id}/stop")
async def stop(feed_id: UUID, current: Sender) -> Response:
    """Read a calendar no more."""
    async with transaction() as session:
        person = await people.person(session, current.person.id)
        await feeds.stop(session, person, feed_id)
    return RedirectResponse(f"{HERE}/calendars?done=stopped", 303)


async def _page(
    request: Request,
    current: Staff,
    source: Source,
    errors: dict[str, str],
    found: Planned | None = None,
    notice: str = "",
) -> Response:
    now = clock.now()
    async with transaction() as session:
        followed = await feeds.of_team(session, current.person.team_id)
        context: dict[str, Any] = await page.frame(session, current)
    rungs = [("", "Choose"), *((code, words.rung(code)) for code in page.rungs(current.person))]
    context |= {
        "typed": source,
        "errors": errors,
        "rungs": words.items(rungs, [source.rung]),
        "found": presenters.found(found, now) if found else None,
        "feeds": [presenters.feed(one, now) for one in followed],
        "notice": notice,
    }
    failed = request.method == "POST" and (bool(errors) or bool(found and found.faults))
    return pages.render(request, "console/rota/calendars.html", context, 422 if failed else 200)
