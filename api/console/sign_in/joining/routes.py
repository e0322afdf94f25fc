"""A link from an administrator: whoever has it sets their password with it, once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.console.sign_in import page
from api.console.sign_in.rules import HOME
from api.database import transaction
from api.people import access
from api.people import service as people
from api.people.invitations import service as invitations
from api.people.invitations.service import PAGE
from api.people.passwords import rules as passwords
from api.people.passwords import service as password_service

router = APIRouter(prefix=PAGE, include_in_schema=False)
Typed = Annotated[str, Form()]
_OLD = "This page was open for too long. Nothing was saved. Try again now"


@router.get("", dependencies=[Depends(access.anyone)])
async def show_form(request: Request, invitation: str = "") -> Response:
    """The form for a password, or that the link is of no use any more."""
    return await _page(request, invitation)


@router.post("", dependencies=[Depends(access.anyone)])
async def join(request: Request, invitation: Typed = "", password: Typed = "", csrf: Typed = "") -> Response:
    """Keep the password and sign in with it; what is wrong with it is said."""
    if not page.is_own(request, csrf):
        return await _page(request, invitation, _OLD)
    token, error = "", None
    async with transaction() as session:
        found = await invitations.good(session, invitation, lock=True)
        error = password_service.wrong_with(found.person, password) if found else None
        if found and not error:
            person = await invitations.accept(session, found, password)
            token, _ = people.start(session, person, page.browser_of(request))
    return page.let_in(token, HOME) if token else await _page(request, invitation, error or "")


async def _page(request: Request, invitation: str, error: str = "") -> Response:
    async with transaction() as session:
        found = await invitations.good(session, invitation)
    name, email = (found.person.name, found.person.email) if found else ("", "")
    shown = {"name": name, "email": email, "invitation": invitation, "error": error, "least": passwords.LEAST}
    status = 404 if not found else 422 if error else 200
    return page.render(request, "console/sign_in/join.html", status, PAGE, **shown)
