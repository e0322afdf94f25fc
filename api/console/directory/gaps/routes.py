"""The gap report, as a page and as tables to take away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import pages
from api.console.directory import page, rules
from api.console.directory.changing.presenters import options
from api.console.directory.gaps import presenters, service
from api.console.directory.presenters import NATIONS
from api.console.directory.reported import presenters as reported
from api.console.directory.rules import HERE
from api.database import transaction
from api.directory.hours.rules import Nation
from api.directory.reports import service as reports
from api.directory.reports.models import Report
from api.directory.rules import Place
from api.people.access import Staff, figures

router = APIRouter(prefix=f"{HERE}/gaps", include_in_schema=False)
Reader = Annotated[Staff, Depends(figures)]
_NAME_LIMIT = 100  # Characters.


@router.get("")
async def show_gaps(
    request: Request, current: Reader, nation: str = "", district: str = "", authority: str = ""
) -> Response:
    """What carers asked for in vain, what is missing in each nation, and in one place that may be chosen."""
    typed = {"nation": nation, "district": district.strip().upper(), "authority": authority.strip()[:_NAME_LIMIT]}
    errors = rules.wrong_place(**typed)
    async with transaction() as session:
        asked = presenters.asked(await service.asked(session))
        places = [Place(one) for one in Nation]
        if nation and not errors:
            places = [Place(Nation(nation), typed["district"], typed["authority"])]
        missing = await service.missing_in(session, places)
        found_missing = reported.rows(await reports.open_ones(session, Report.service_id.is_(None)))
        frame = await page.frame(session, current)
    context = frame | {"typed": typed, "errors": errors, "asked": asked, "missing": presenters.missing(missing)}
    context["reported"] = found_missing
    context["nations"] = options({"": "Each nation as a whole"} | NATIONS, nation)
    context["place"] = presenters.place(places[0]) if len(places) == 1 else ""
    return pages.render(request, "console/directory/gaps.html", context, 422 if errors else 200)


@router.get("/asked.csv")
async def asked_table(current: Reader) -> Response:
    """What carers asked for in vain, by month, need and place."""
    async with transaction() as session:
        return _table("asked-in-vain", presenters.asked_table(await service.asked(session)))


@router.get("/missing.csv")
async def missing_table(current: Reader) -> Response:
    """The needs that no verified service meets, by place."""
    async with transaction() as session:
        return _table("missing", presenters.missing_table(await service.missing(session)))


def _table(name: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
