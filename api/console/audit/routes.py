"""The audit log, as pages and as a table to take away. Reading it is on record as well."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import pages
from api.audit import service as audit
from api.audit.models import AuditEntry
from api.console.audit import presenters, rules
from api.console.audit.presenters import HERE
from api.database import transaction
from api.errors import Invalid
from api.people.access import Staff, auditor
from api.people.managing import service as managing
from api.people.models import Person

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(auditor)]
_PAGE, _TABLE = 50, 10_000  # Entries.


@router.get("")
async def show_log(request: Request, current: Reader) -> Response:
    """The newest entries that were asked for, with a link to older ones."""
    typed = rules.tidied(request.query_params)
    errors = rules.wrong_with(typed)
    async with transaction() as session:
        known = await managing.of(session, managing.manager(current.person))
        found = [] if errors else await _find(session, current, typed, known, _PAGE)
    names = {one.actor: one.name for one in known}
    narrowing = rules.narrowing(typed)
    older = urlencode({**narrowing, "before": str(found[-1].seq)}) if len(found) == _PAGE else ""
    shown = {
        "lines": presenters.lines(found, names),
        "people": presenters.people(known, typed["actor"]),
        "kinds": presenters.kinds(typed["subject_kind"]),
        "older": f"{HERE}?{older}" if older else "",
        "table": f"{HERE}/entries.csv?{urlencode(narrowing)}",
        "limit": _TABLE,
    }
    context = {**shown, "typed": typed, "errors": errors, "staff": current, "here": HERE}
    return pages.render(request, "console/audit.html", context, 422 if errors else 200)


@router.get("/entries.csv")
async def show_table(request: Request, current: Reader) -> Response:
    """The same as a table."""
    typed = rules.tidied(request.query_params)
    if errors := rules.wrong_with(typed):
        raise Invalid(next(iter(errors.values())))
    async with transaction() as session:
        known = await managing.of(session, managing.manager(current.person))
        found = await _find(session, current, typed, known, _TABLE)
    table = presenters.as_csv(found, {one.actor: one.name for one in known})
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


async def _find(
    session: AsyncSession, current: Staff, typed: dict[str, str], known: list[Person], limit: int
) -> Sequence[AuditEntry]:
    only = None if current.person.of_installation else [str(one.id) for one in known]
    found = await audit.find(session, rules.asked(typed), limit, only)
    audit.record(session, current.person.actor, "read", "audit", "log", asked=rules.on_record(typed))
    return found
