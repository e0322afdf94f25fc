"""The list of what was reported, and one report: where to change the record, or that nothing is to be changed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.console.directory import page
from api.console.directory.changing import schemas
from api.console.directory.reported import presenters
from api.console.directory.rules import HERE
from api.database import transaction
from api.directory.desk.rules import REASON_LIMIT
from api.directory.reports import service as reports
from api.directory.reports.rules import Outcome
from api.people import service as people
from api.people.access import Staff, information, information_form

router = APIRouter(prefix=f"{HERE}/reports", include_in_schema=False)
Reader = Annotated[Staff, Depends(information)]
Sender = Annotated[Staff, Depends(information_form)]


@router.get("")
async def show_reports(request: Request, current: Reader, done: str = "") -> Response:
    """What waits, the oldest first, and what was finished lately."""
    async with transaction() as session:
        waiting = presenters.rows(await reports.open_ones(session))
        finished = presenters.rows(await reports.finished(session))
        frame = await page.frame(session, current)
    notice = "The report is finished." if done == "finished" else ""
    context = frame | {"reports": waiting, "finished": finished, "notice": notice}
    return pages.render(request, "console/directory/reports.html", context)


@router.get("/{report_id}")
async def show_report(request: Request, report_id: UUID, current: Reader) -> Response:
    """One report."""
    return await _report(request, current, report_id)


@router.post("/{report_id}")
async def end_without_a_change(
    request: Request, report_id: UUID, current: Sender, reason: Annotated[str, Form()] = ""
) -> Response:
    """Nothing is to be changed, for a reason that whoever reported it reads."""
    reason = " ".join(reason.replace("\x00", "").split())
    if errors := schemas.wrong_reason(reason):
        return await _report(request, current, report_id, reason, errors)
    async with transaction() as session:
        person = await people.person(session, current.person.id)
        await reports.end(session, person, report_id, Outcome.NO_FAULT, reason)
    return RedirectResponse(f"{HERE}/reports?done=finished", 303)


async def _report(
    request: Request, current: Staff, report_id: UUID, reason: str = "", errors: dict[str, str] | None = None
) -> Response:
    async with transaction() as session:
        row = await reports.one(session, report_id)
        shown = presenters.row(row)
        frame = await page.frame(session, current)
    context = frame | {
        "report": shown,
        "report_id": report_id,
        "is_open": row.finished_at is None,
        "reason": reason,
        "errors": errors or {},
        "limit": REASON_LIMIT,
    }
    return pages.render(request, "console/directory/report.html", context, 422 if errors else 200)
