"""The page of consents: what carers have said yes to, and taking a yes back for them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import clock, pages
from api.console.privacy import presenters
from api.database import transaction
from api.errors import Conflict
from api.people.access import Staff, privacy, privacy_form
from api.privacy.consents import service

HERE = f"{presenters.HERE}/consents"
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(privacy)]
Sender = Annotated[Staff, Depends(privacy_form)]


@router.get("")
async def show_consents(request: Request, current: Reader) -> Response:
    """What counts, and what was taken back."""
    return await _page(request, current)


@router.post("/{consent_id}")
async def withdraw(request: Request, consent_id: UUID, current: Sender) -> Response:
    """Take a yes back, and say what that stops and what had happened already."""
    try:
        async with transaction() as session:
            what = await service.withdraw(session, consent_id, current.person)
    except Conflict as refused:
        return await _page(request, current, error=refused.detail)
    return await _page(request, current, notice=what)


async def _page(request: Request, current: Staff, notice: str = "", error: str = "") -> Response:
    async with transaction() as session:
        found = await service.every(session, current.person)
    counting, over = presenters.consents(found, clock.now())
    context = {"counting": counting, "over": over, "notice": notice, "error": error, "limit": service.SHOWN}
    status = 409 if error else 200
    shown = {**context, "staff": current, "here": presenters.HERE}
    return pages.render(request, "console/privacy/consents.html", shown, status)
