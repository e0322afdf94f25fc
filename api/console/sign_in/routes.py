"""Signing in with an address and a password, and signing out."""

import hmac
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import pages, settings
from api.console.sign_in import presenters, rules
from api.database import transaction
from api.people import access
from api.people import service as people
from api.people.access import Staff, staff_form
from api.people.models import StaffSession

PATH = "/console/sign-in"
FORM_COOKIE = "nightlight_sign_in"  # Before there is a session: the form must carry what this cookie holds.
_OUT = "You have signed out."
router = APIRouter(prefix="/console", include_in_schema=False)
Typed = Annotated[str, Form()]


@router.get("/sign-in", dependencies=[Depends(access.anyone)])
async def show_form(request: Request, next: str = "", out: bool = False) -> Response:
    """The form; whoever is signed in already goes on."""
    if await _is_signed_in(request):
        return RedirectResponse(rules.safe_next(next), 303)
    return _page(request, rules.safe_next(next), notice=_OUT if out else "")


@router.post("/sign-in", dependencies=[Depends(access.anyone)])
async def sign_in(
    request: Request, email: Typed = "", password: Typed = "", csrf: Typed = "", next: Typed = ""
) -> Response:
    """Start a session, or say in plain words why not, without saying whether there is such an account."""
    onward = rules.safe_next(next)
    if not csrf or not hmac.compare_digest(csrf.encode(), request.cookies.get(FORM_COOKIE, "").encode()):
        return _page(request, onward, 403, email=email, **presenters.out_of_date())
    if errors := presenters.missing(email, password):
        return _page(request, onward, 422, email=email, **errors)
    async with transaction() as session:
        started = await people.sign_in(session, email, password)
    if started is None:
        return _page(request, onward, 401, email=email, **presenters.refused())
    response = RedirectResponse(onward, 303)
    _put_cookie(response, access.COOKIE, started[0], "/")
    response.delete_cookie(FORM_COOKIE, path=PATH)
    return response


@router.post("/sign-out")
async def sign_out(current: Annotated[Staff, Depends(staff_form)]) -> Response:
    """End this session."""
    async with transaction() as session:
        await people.sign_out(session, await session.get_one(StaffSession, current.session_id))
    response = RedirectResponse(f"{PATH}?out=1", 303)
    response.delete_cookie(access.COOKIE, path="/")
    return response


async def _is_signed_in(request: Request) -> bool:
    cookie = request.cookies.get(access.COOKIE)
    if not cookie:
        return False
    async with transaction() as session:
        return await people.session_of(session, cookie) is not None


def _page(request: Request, onward: str, status: int = 200, **shown: Any) -> Response:
    csrf = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    form = presenters.SignInForm(csrf=csrf, next=onward, **shown)
    response = pages.render(request, "console/sign_in.html", {"form": form}, status)
    _put_cookie(response, FORM_COOKIE, csrf, PATH)
    return response


def _put_cookie(response: Response, name: str, value: str, path: str) -> None:
    secure = settings.get().public_url.startswith("https://")
    response.set_cookie(name, value, path=path, httponly=True, samesite="lax", secure=secure)
