"""Between password and console: the code from the person's telephone, which is set up the first time."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.console.account import presenters as account
from api.console.sign_in import page, presenters, rules, service
from api.console.sign_in.page import PATH
from api.database import transaction
from api.people import access
from api.people import service as people
from api.people.access import Staff, half, half_form
from api.people.models import StaffSession
from api.people.second_factor import service as second_factor

CODE, SET_UP = f"{PATH}/code", f"{PATH}/set-up"
router = APIRouter(prefix=PATH, include_in_schema=False)
Reader = Annotated[Staff, Depends(half)]
Sender = Annotated[Staff, Depends(half_form)]
Typed = Annotated[str, Form()]


@router.get("/code")
async def show_code(request: Request, current: Reader, next: str = "") -> Response:
    """The form for the code; whoever has no second factor yet sets one up."""
    if not current.person.totp_secret:
        return RedirectResponse(f"{SET_UP}?next={rules.safe_next(next)}", 303)
    return _code_page(request, current, rules.safe_next(next))


@router.post("/code")
async def send_code(request: Request, current: Sender, code: Typed = "", next: Typed = "") -> Response:
    """The sign-in is whole with the right code, or with one of the codes on paper."""
    onward = rules.safe_next(next)
    async with transaction() as session:
        person = await people.locked_row(session, current.person.id)
        right = await second_factor.prove(session, person, code, service.tell_of_lock)
        started = await session.get_one(StaffSession, current.session_id)
        token = await second_factor.finish(session, started) if right else ""
    if not token:
        return _code_page(request, current, onward, presenters.wrong_code())
    return page.let_in(token, onward)


@router.get("/set-up")
async def show_set_up(request: Request, current: Reader, next: str = "") -> Response:
    """A picture for an authenticator app, and the form for its first code."""
    if current.person.totp_secret:
        return RedirectResponse(f"{CODE}?next={rules.safe_next(next)}", 303)
    secret, sealed = second_factor.offer(current.person)
    return _set_up_page(request, current, secret, sealed, rules.safe_next(next))


@router.post("/set-up")
async def set_up(request: Request, current: Sender, sealed: Typed = "", code: Typed = "", next: Typed = "") -> Response:
    """Keep the second factor if the first code is right, and show the codes for paper once."""
    onward, secret = rules.safe_next(next), second_factor.offered(current.person, sealed)
    if secret is None or current.person.totp_secret:
        return RedirectResponse(f"{CODE}?next={onward}", 303)
    token = ""
    async with transaction() as session:
        person = await people.locked_row(session, current.person.id)
        codes = await second_factor.set_up(session, person, secret, code)
        if codes:
            token = await second_factor.finish(session, await session.get_one(StaffSession, current.session_id))
    if not codes:
        return _set_up_page(request, current, secret, sealed, onward, account.WRONG_FIRST_CODE)
    shown = {"codes": codes, "onward": onward, "staff": current}
    response = pages.render(request, "console/account/codes.html", shown)
    page.put_cookie(response, access.COOKIE, token)
    return response


def _code_page(request: Request, current: Staff, onward: str, error: str = "") -> Response:
    shown = {"csrf": current.csrf, "next": onward, "error": error}
    return pages.render(request, "console/sign_in/code.html", shown, 401 if error else 200)


def _set_up_page(request: Request, current: Staff, secret: str, sealed: str, onward: str, error: str = "") -> Response:
    offer: dict[str, Any] = account.offer(secret, sealed, current.person.email)
    shown = {**offer, "csrf": current.csrf, "next": onward, "error": error, "action": SET_UP}
    return pages.render(request, "console/account/set_up.html", shown, 422 if error else 200)
