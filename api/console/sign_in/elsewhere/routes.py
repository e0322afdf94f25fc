"""Signing in at another organisation: the way there, and back with an answer that is believed or refused by name."""

import hmac

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api import sealing, settings
from api.audit import service as audit
from api.clients import identity
from api.clients.identity import IdentityError
from api.console.sign_in import page, rules
from api.console.sign_in.page import PATH
from api.database import transaction
from api.errors import NotFound
from api.people import access
from api.people import service as people
from api.people.identities import service as identities

HERE = f"{PATH}/elsewhere"
KEPT = "nightlight_elsewhere"  # Sealed: what this browser must bring back.
_SECONDS = 10 * 60  # How long somebody may take there.
router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("", dependencies=[Depends(access.anyone)])
async def begin(next: str = "", again: bool = False) -> Response:
    """Send the browser there. No form: a page of ours must not send forms to other addresses."""
    _refuse_if_not_offered()
    try:
        url, kept = await identity.begin(f"{settings.get().public_url}{HERE}/back", again)
    except IdentityError as error:
        return _back(error.reason)
    response = RedirectResponse(url, 303)
    page.put_cookie(response, KEPT, sealing.seal({**kept, "next": rules.safe_next(next)}), HERE)
    return response


@router.get("/back", dependencies=[Depends(access.anyone)])
async def come_back(request: Request, code: str = "", state: str = "") -> Response:
    """Let in whoever was invited and is now signed in there; everybody else reads why not."""
    _refuse_if_not_offered()
    kept = sealing.opened(request.cookies.get(KEPT, ""), _SECONDS)
    if not kept or not hmac.compare_digest(state.encode(), str(kept["state"]).encode()):
        return _back("out_of_date")
    try:
        if not code:
            raise IdentityError("refused")
        token = await _let_in(await identity.finish(code, kept), page.browser_of(request))
    except IdentityError as error:
        await _note(error.reason)
        return _back(error.reason)
    response = page.let_in(token, kept["next"])
    response.delete_cookie(KEPT, path=HERE)
    return response


async def _let_in(found: identity.Identity, browser: str) -> str:
    async with transaction() as session:
        person = await identities.person_of(session, found)
        return people.start(session, person, browser, found.with_second_factor)[0]


async def _note(reason: str) -> None:
    async with transaction() as session:
        audit.record(session, "unknown", "sign_in_failed", "person", "unknown", elsewhere=reason)


def _back(reason: str) -> Response:
    response = RedirectResponse(f"{PATH}?why={reason}", 303)
    response.delete_cookie(KEPT, path=HERE)
    return response


def _refuse_if_not_offered() -> None:
    if not identity.is_offered():
        raise NotFound("There is no such page.")
