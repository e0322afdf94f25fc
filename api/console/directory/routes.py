"""Searching the directory, and one record of it. Every member of staff may read it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import clock, pages
from api.console.directory import page, presenters, rules, service
from api.console.directory.changing import presenters as changing
from api.console.directory.reported import presenters as reported
from api.console.directory.rules import HERE
from api.database import transaction
from api.directory.reports import service as reports
from api.people.access import Staff, staff

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(staff)]


@router.get("")
async def show_directory(request: Request, current: Reader) -> Response:
    """A search, and a page of what it finds."""
    asked, now = rules.search(request.query_params), clock.now()
    errors = rules.wrong_with(asked)
    async with transaction() as session:
        waiting = await reports.count_open(session)
        total, services = (0, []) if errors else await service.find(session, asked, _year_before(now.date()))
        found = None if errors else presenters.found(asked, total, services, now)
        frame = await page.frame(session, current)
    offers = {
        "needs": changing.options({"": "Any need"} | presenters.NEEDS, asked.need),
        "nations": changing.options({"": "Anywhere"} | presenters.NATIONS, asked.nation),
        "statuses": changing.options(presenters.SHOWN, asked.status),
    }
    context = frame | {"asked": asked, "errors": errors, "found": found, "offers": offers, "reported": waiting}
    return pages.render(request, "console/directory/search.html", context, 422 if errors else 200)


@router.get("/services/{code}")
async def show_record(request: Request, code: str, current: Reader, done: str = "") -> Response:
    """One record: its facts, what is not verified, its history, and what carers were told of it."""
    async with transaction() as session:
        known = await service.gather(session, code)
        waiting = await reports.open_of(session, known.service.id) if current.keeps_directory else []
        frame = await page.frame(session, current)
    record = presenters.record(known, clock.now())
    context = frame | {"record": record, "notice": changing.NOTICES.get(done, "")}
    context["reports"] = reported.rows(waiting)
    return pages.render(request, "console/directory/record.html", context)


def _year_before(today: date) -> date:
    return today.replace(year=today.year - 1, day=min(today.day, 28) if today.month == 2 else today.day)
