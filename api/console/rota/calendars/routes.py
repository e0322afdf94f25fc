"""Taking a calendar over: what it would change first, and then that very calendar, whole or not at all."""

from typing import Annotated, Any

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
from api.rota.calendars.service import Planned

router = APIRouter(prefix=f"{HERE}/calendars", include_in_schema=False)
Reader = Annotated[Staff, Depends(coordinator)]
Sender = Annotated[Staff, Depends(coordinator_form)]
Text = Annotated[str, Form()]


@router.get("")
async def show_form(request: Request, current: Reader) -> Response:
    """Which calendar, and for which rung."""
    return await _page(request, current, {"rung": "", "calendar": "", "url": ""}, {})


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
    typed = {"rung": rung, "calendar": calendar.strip(), "url": url.strip()}
    try:
        text = await _read(typed["url"], file)
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            found = await calendars.planned(session, person, typed["calendar"], rung, text)
    except Invalid as wrong:
        return await _page(request, current, typed, {str(wrong.extra.get("field", "url")): wrong.detail})
    return await _page(request, current, typed, {}, found, text)


async def _read(url: str, file: UploadFile | None) -> str:
    """The calendar out of the file or from the address. Raises Invalid."""
    if url:
        return await calendars.fetch(url)
    body = await file.read(MOST_BYTES + 1) if file is not None else b""
    if not body:
        raise Invalid("Enter the address of a calendar, or choose a file", field="url")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The file is no UTF-8 text", field="file") from error


@router.post("/apply")
async def apply(request: Request, current: Sender, rung: Text = "", calendar: Text = "", text: Text = "") -> Response:
    """Take over the calendar that was tried out, into the draft."""
    typed = {"rung": rung, "calendar": calendar, "url": ""}
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            found = await calendars.apply(session, person, calendar, rung, text)
    except Invalid as wrong:
        return await _page(request, current, typed, {str(wrong.extra.get("field", "url")): wrong.detail})
    if found.faults:
        return await _page(request, current, typed, {}, found, text)
    return RedirectResponse(f"{HERE}/draft?done=calendar", 303)


async def _page(
    request: Request,
    current: Staff,
    typed: dict[str, str],
    errors: dict[str, str],
    found: Planned | None = None,
    text: str = "",
) -> Response:
    async with transaction() as session:
        context: dict[str, Any] = await page.frame(session, current)
    rungs = [("", "Choose"), *((code, words.rung(code)) for code in page.rungs(current.person))]
    context |= {"typed": typed, "errors": errors, "rungs": words.items(rungs, [typed["rung"]]), "text": text}
    context["found"] = presenters.found(found, clock.now()) if found else None
    failed = bool(errors) or bool(found and found.faults)
    return pages.render(request, "console/rota/calendars.html", context, 422 if failed else 200)
