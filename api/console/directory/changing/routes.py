"""Adding, editing, checking and retiring records. What is wrong is said beside its field, and nothing typed is lost."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import pages
from api.console.directory import page
from api.console.directory.changing import presenters, schemas
from api.console.directory.reported import presenters as reported
from api.console.directory.rules import HERE
from api.database import transaction
from api.directory.desk import service as desk
from api.directory.desk.rules import REASON_LIMIT, Check, Status
from api.directory.files.schemas import ServiceFile
from api.directory.models import Service
from api.directory.records import service as stored
from api.directory.reports import service as reports
from api.directory.reports.models import Report
from api.directory.reports.rules import Outcome
from api.directory.rules import Confidence
from api.errors import Conflict, Invalid
from api.people import service as people
from api.people.access import Staff, information, information_form
from api.people.models import Person

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(information)]
Sender = Annotated[Staff, Depends(information_form)]
type Errors = dict[str, str]
type Change = Callable[[AsyncSession, Person], Awaitable[None]]


@router.get("/new")
async def show_new(request: Request, current: Reader, report: str = "") -> Response:
    """An empty form. `report`: what made somebody open it."""
    return await _form(request, current, None, schemas.blank() | {"settles": [report]}, {})


@router.post("/new")
async def add(request: Request, current: Sender) -> Response:
    """A new record."""
    typed = await _typed(request)
    record, errors = schemas.read(typed)
    errors |= schemas.wrong_reason(typed["reason"])
    if record is None or errors:
        return await _form(request, current, None, typed, errors)
    async with transaction() as session:
        person = await people.person(session, current.person.id)
        code = await desk.add(session, person, record, typed["reason"])
        await _settle(session, person, code, typed, Outcome.ADDED)
    return _done(code, "added")


@router.get("/services/{code}/edit")
async def show_edit(request: Request, code: str, current: Reader, report: str = "") -> Response:
    """A record in a form. `report`: what made somebody open it."""
    async with transaction() as session:
        held = await desk.one(session, code)
    typed = schemas.typed_of(stored.of(held)) | {"seen": desk.seen(held), "settles": [report]}
    return await _form(request, current, code, typed, {})


@router.post("/services/{code}/edit")
async def edit(request: Request, code: str, current: Sender) -> Response:
    """Save a record, unless somebody else was quicker."""
    typed = await _typed(request)
    async with transaction() as session:
        base = stored.of(await desk.one(session, code))
    record, errors = schemas.read(typed, base)
    errors |= schemas.wrong_check(typed["checked"]) | schemas.wrong_reason(typed["reason"])
    if record is None or errors:
        return await _form(request, current, code, typed, errors)
    try:
        if not await _saved(current, lambda session, person: _edit(session, person, code, typed, record)):
            return await _form(request, current, code, typed, {}, overtaken=True)
    except Invalid as refused:
        return await _form(request, current, code, typed, {"settles": refused.detail})
    return _done(code, "edited")


async def _edit(session: AsyncSession, person: Person, code: str, typed: schemas.Typed, record: ServiceFile) -> None:
    checked = None if typed["checked"] == schemas.UNCHECKED else Check(typed["checked"])
    changed = await desk.edit(session, person, code, typed["seen"], record, checked, typed["reason"])
    if typed["settles"] and not changed:
        raise Invalid("Nothing is changed here: say so on the report, or note that the record was checked")
    await _settle(session, person, code, typed, Outcome.EDITED)


async def _settle(session: AsyncSession, person: Person, code: str, typed: dict[str, Any], outcome: Outcome) -> None:
    """Finish the reports that were ticked beside this change."""
    held = await desk.one(session, code)
    await reports.settle(session, person, _ids(typed["settles"]), held.id, outcome, typed["reason"] or "no note")


def _ids(sent: list[str]) -> list[UUID]:
    found = []
    for one in sent:
        with suppress(ValueError):  # Not an id that we have given out.
            found.append(UUID(one))
    return found


@router.get("/services/{code}/check")
async def show_check(request: Request, code: str, current: Reader, report: str = "") -> Response:
    """The form that says what was checked with the service today."""
    typed = {"how": "", "confidence": "", "borne_out": [], "reason": "", "seen": "", "settles": [report]}
    return await _small(request, current, code, "check", typed, {})


@router.post("/services/{code}/check")
async def check(request: Request, code: str, current: Sender) -> Response:
    """Note that it was checked today."""
    fields = await _sent(request)
    typed: dict[str, Any] = {name: schemas.one(fields, name) for name in ("how", "confidence", "seen")}
    typed |= {name: list(fields[name]) for name in ("borne_out", "settles")}
    typed["reason"] = " ".join(schemas.one(fields, "reason").split())
    errors = {} if typed["how"] in Check else {"how": "Say how you have checked it"}
    errors |= {} if typed["confidence"] in presenters.SURE else {"confidence": "Say how sure it is now"}
    errors |= schemas.wrong_reason(typed["reason"]) if typed["reason"] else {}
    if errors:
        return await _small(request, current, code, "check", typed, errors)
    if not await _saved(current, lambda session, person: _check(session, person, code, typed)):
        return await _small(request, current, code, "check", typed, {}, overtaken=True)
    return _done(code, "checked")


async def _check(session: AsyncSession, person: Person, code: str, typed: dict[str, Any]) -> None:
    how, sure = Check(typed["how"]), Confidence(typed["confidence"])
    await desk.verify(session, person, code, typed["seen"], how, sure, typed["borne_out"], typed["reason"])
    await _settle(session, person, code, typed, Outcome.CHECKED)


@router.get("/services/{code}/status")
async def show_status(request: Request, code: str, current: Reader, report: str = "") -> Response:
    """The form that retires a record, or brings it back."""
    typed = {"status": "", "reason": "", "seen": "", "settles": [report]}
    return await _small(request, current, code, "status", typed, {})


@router.post("/services/{code}/status")
async def set_status(request: Request, code: str, current: Sender) -> Response:
    """Retire a record, or bring it back, with a reason."""
    fields = await _sent(request)
    typed: dict[str, Any] = {name: " ".join(schemas.one(fields, name).split()) for name in ("status", "reason", "seen")}
    typed["settles"] = list(fields["settles"])
    errors = {} if typed["status"] in Status else {"status": "Say what has become of it"}
    errors |= schemas.wrong_reason(typed["reason"])
    if errors:
        return await _small(request, current, code, "status", typed, errors)
    to = Status(typed["status"])

    async def put(session: AsyncSession, person: Person) -> None:
        await desk.set_status(session, person, code, typed["seen"], to, typed["reason"])
        outcome = Outcome.BROUGHT_BACK if to is Status.ACTIVE else Outcome.RETIRED
        await _settle(session, person, code, typed, outcome)

    if not await _saved(current, put):
        return await _small(request, current, code, "status", typed, {}, overtaken=True)
    return _done(code, "back" if to is Status.ACTIVE else "retired")


async def _sent(request: Request) -> defaultdict[str, list[str]]:
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            fields[name].append(value)
    return fields


async def _typed(request: Request) -> schemas.Typed:
    """The form of a record as it was sent, with the reports that were ticked in it."""
    fields = await _sent(request)
    return schemas.typed(fields) | {"settles": list(fields["settles"])}


async def _saved(current: Staff, change: Change) -> bool:
    """Make a change. False: somebody else has changed the record meanwhile, and nothing was saved."""
    try:
        async with transaction() as session:
            await change(session, await people.person(session, current.person.id))
    except Conflict:
        return False
    return True


def _done(code: str, what: str) -> Response:
    return RedirectResponse(f"{HERE}/services/{code}?done={what}", 303)


async def _form(
    request: Request, current: Staff, code: str | None, typed: schemas.Typed, errors: Errors, overtaken: bool = False
) -> Response:
    async with transaction() as session:
        shown = await _shown(session, current, code, typed, overtaken)
    context = shown | {"typed": typed, "errors": errors, "offers": presenters.form(typed), "limit": REASON_LIMIT}
    return pages.render(request, "console/directory/form.html", context, _status(errors, overtaken))


async def _small(
    request: Request,
    current: Staff,
    code: str,
    what: str,
    typed: dict[str, Any],
    errors: Errors,
    overtaken: bool = False,
) -> Response:
    async with transaction() as session:
        shown = await _shown(session, current, code, typed, overtaken)
    held: Service = shown["held"]
    offers = presenters.check(held.unverified, typed) if what == "check" else presenters.retire(typed["status"])
    context = shown | {"typed": typed, "errors": errors, "offers": offers, "limit": REASON_LIMIT}
    context |= {"is_active": held.status == Status.ACTIVE, "status": presenters.status(held.status)}
    return pages.render(request, f"console/directory/{what}.html", context, _status(errors, overtaken))


async def _shown(
    session: AsyncSession, current: Staff, code: str | None, typed: dict[str, Any], overtaken: bool
) -> dict[str, Any]:
    """The frame of a form, with the record. After somebody else's change the form is for the record as it is now."""
    frame = await page.frame(session, current)
    if code is None:
        asked = await reports.open_ones(session, Report.service_id.is_(None), Report.id.in_(_ids(typed["settles"])))
        none = {"url": f"{HERE}/new", "back": HERE, "name": "", "overtaken": False}
        return frame | none | {"settles": reported.choices(asked, typed["settles"])}
    held = await desk.one(session, code)
    changed = presenters.meanwhile(await desk.history(session, held.id), typed["seen"]) if overtaken else []
    if overtaken or not typed["seen"]:
        typed["seen"] = desk.seen(held)
    address = f"{HERE}/services/{code}"
    named = {"url": address, "back": address, "name": held.name, "held": held}
    settles = reported.choices(await reports.open_of(session, held.id), typed["settles"])
    return frame | named | {"overtaken": overtaken, "meanwhile": changed, "settles": settles}


def _status(errors: Errors, overtaken: bool) -> int:
    return 422 if errors else 409 if overtaken else 200
