"""Signing in with an address and a password, and signing out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import settings
from api.clients import identity
from api.console.sign_in import page, presenters, rules, service
from api.console.sign_in.page import PATH
from api.database import transaction
from api.people import access
from api.people import service as people
from api.people.access import Staff, staff_form
from api.people.models import StaffSession

_OUT = "You have signed out."
router = APIRouter(prefix="/console", include_in_schema=False)
Typed = Annotated[str, Form()]


@router.get("/sign-in", dependencies=[Depends(access.anyone)])
async def show_form(request: Request, next: str = "", out: bool = False, why: str = "") -> Response:
    """The form; whoever is signed in already goes on."""
    if await _is_signed_in(request):
        return RedirectResponse(rules.safe_next(next), 303)
    notice, refusal = _OUT if out else "", presenters.elsewhere_refused(why)
    return _page(request, rules.safe_next(next), notice=notice, refusal=refusal)


@router.post("/sign-in", dependencies=[Depends(access.anyone)])
async def sign_in(
    request: Request, email: Typed = "", password: Typed = "", csrf: Typed = "", next: Typed = ""
) -> Response:
    """Start a session, or say in plain words why not, without saying whether there is such an account."""
    onward = rules.safe_next(next)
    if not page.is_own(request, csrf):
        return _page(request, onward, 403, email=email, **presenters.out_of_date())
    if errors := presenters.missing(email, password):
        return _page(request, onward, 422, email=email, **errors)
    async with transaction() as session:
        browser = page.browser_of(request)
        started = await people.sign_in(session, email, password, browser, service.tell_of_lock)
    if started is None:
        return _page(request, onward, 401, email=email, **presenters.refused())
    return page.let_in(started[0], onward)


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
        current = await people.session_of(session, cookie)
        return current is not None and people.is_whole(current)


def _page(request: Request, onward: str, status: int = 200, **shown: Any) -> Response:
    form = presenters.SignInForm(next=onward, **shown)
    elsewhere = settings.get().oidc_name if identity.is_offered() else ""
    return page.render(request, "console/sign_in.html", status, form=form, elsewhere=elsewhere)
