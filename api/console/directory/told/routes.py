"""What carers were told of and when, as a page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import pages
from api.console.directory import page
from api.console.directory.changing.presenters import options
from api.console.directory.presenters import NATIONS, NEEDS
from api.console.directory.told import presenters, rules, service
from api.console.directory.told.rules import TOLD
from api.database import transaction
from api.people.access import Staff, information

router = APIRouter(prefix=TOLD, include_in_schema=False)
Reader = Annotated[Staff, Depends(information)]


@router.get("")
async def show_told(request: Request, current: Reader) -> Response:
    """The answers to carers' needs, the newest first: by need, by nation, or only those that found nothing."""
    asked = rules.wanted(request.query_params)
    errors = rules.wrong_with(asked)
    async with transaction() as session:
        told = None if errors else presenters.told(asked, *await service.told(session, asked))
        frame = await page.frame(session, current)
    offers = {
        "needs": options({"": "Any need"} | NEEDS, asked.need),
        "nations": options({"": "Anywhere"} | NATIONS, asked.nation),
        "found": options(presenters.FOUND, asked.found),
    }
    context = frame | {"errors": errors, "told": told, "offers": offers}
    return pages.render(request, "console/directory/told.html", context, 422 if errors else 200)
