"""One's own account: signing out elsewhere, another password or second factor, and saying once more who one is."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import clock, pages, settings
from api.clients import identity
from api.console.account import presenters
from api.console.people.presenters import ROLES, WHAT_FOR
from api.console.sign_in import presenters as sign_in
from api.console.sign_in import rules
from api.console.sign_in import service as alarms
from api.database import transaction
from api.people import service as people
from api.people.access import Staff, fresh, staff, staff_form
from api.people.models import StaffSession
from api.people.passwords import rules as password_rules
from api.people.passwords import service as passwords
from api.people.second_factor import service as second_factor

HERE = "/console/account"
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(staff)]
Sender = Annotated[Staff, Depends(staff_form)]
Typed = Annotated[str, Form()]


@router.get("")
async def show_account(request: Request, current: Reader, done: str = "") -> Response:
    """Where one is signed in, and how one signs in."""
    async with transaction() as session:
        rows = await people.sessions_of(session, current.person.id)
        left = await second_factor.left(session, current.person.id)
    shown = {
        "places": presenters.places(rows, current.session_id, clock.now()),
        "codes": presenters.codes_left(left) if current.person.totp_secret else "",
        "notice": presenters.NOTICES.get(done, ""),
        "role": ROLES[current.person.role],
        "what_for": WHAT_FOR[current.person.role],
    }
    return pages.render(request, "console/account/page.html", {**shown, "staff": current, "here": HERE})


@router.post("/sessions/{session_id}/end")
async def end_session(session_id: UUID, current: Sender) -> Response:
    """Sign one of one's own browsers out."""
    async with transaction() as session:
        await people.end_sessions(session, current.person, current.person.actor, only=session_id)
    return RedirectResponse(f"{HERE}?done=ended", 303)


@router.post("/sign-out-everywhere")
async def end_all(current: Sender) -> Response:
    """Sign out of every browser but this one."""
    async with transaction() as session:
        await people.end_sessions(session, current.person, current.person.actor, but=current.session_id)
    return RedirectResponse(f"{HERE}?done=all", 303)


@router.get("/confirm")
async def show_confirm(request: Request, current: Reader, next: str = "") -> Response:
    """The form for saying once more who one is."""
    return _confirm_page(request, current, rules.safe_next(next))


@router.post("/confirm")
async def confirm(
    request: Request, current: Sender, password: Typed = "", code: Typed = "", next: Typed = ""
) -> Response:
    """On to what must not be done lightly, for a while."""
    async with transaction() as session:
        here = await session.get_one(StaffSession, current.session_id)
        right = await second_factor.confirm(session, here, password, code, alarms.tell_of_lock)
    onward = rules.safe_next(next)
    return RedirectResponse(onward, 303) if right else _confirm_page(request, current, onward, sign_in.not_confirmed())


def _confirm_page(request: Request, current: Staff, onward: str, error: str = "") -> Response:
    person = current.person
    shown = {
        "asks_password": bool(person.password_hash),
        "asks_code": second_factor.asks_for_code(person),
        "elsewhere": settings.get().oidc_name if identity.is_offered() and person.oidc_subject else "",
    }
    context = {**shown, "staff": current, "next": onward, "error": error}
    return pages.render(request, "console/account/confirm.html", context, 422 if error else 200)


@router.get("/password", dependencies=[Depends(fresh)])
async def show_password(request: Request, current: Reader) -> Response:
    """The form for another password."""
    return _password_page(request, current)


@router.post("/password", dependencies=[Depends(fresh)])
async def change_password(request: Request, current: Sender, password: Typed = "") -> Response:
    """Keep another password, and sign out everywhere else: whoever knew the old one is out."""
    if error := passwords.wrong_with(current.person, password):
        return _password_page(request, current, error)
    async with transaction() as session:
        person = await people.locked_row(session, current.person.id)
        await passwords.put(session, person, password, person.actor)
        await people.end_sessions(session, person, person.actor, but=current.session_id)
    return RedirectResponse(f"{HERE}?done=password", 303)


def _password_page(request: Request, current: Staff, error: str = "") -> Response:
    shown = {"staff": current, "error": error, "least": password_rules.LEAST}
    return pages.render(request, "console/account/password.html", shown, 422 if error else 200)


@router.get("/second-factor", dependencies=[Depends(fresh)])
async def show_second_factor(request: Request, current: Reader) -> Response:
    """Another telephone: a new picture, and the form for its first code."""
    return _offer_page(request, current, *second_factor.offer(current.person))


@router.post("/second-factor", dependencies=[Depends(fresh)])
async def set_up(request: Request, current: Sender, sealed: Typed = "", code: Typed = "") -> Response:
    """Keep the new one in place of the old one if its first code is right."""
    secret = second_factor.offered(current.person, sealed)
    if secret is None:
        return RedirectResponse(f"{HERE}/second-factor", 303)
    async with transaction() as session:
        person = await people.locked_row(session, current.person.id)
        codes = await second_factor.set_up(session, person, secret, code)
    if not codes:
        return _offer_page(request, current, secret, sealed, presenters.WRONG_FIRST_CODE)
    return _codes_page(request, current, codes)


@router.post("/recovery-codes", dependencies=[Depends(fresh)])
async def make_codes(request: Request, current: Sender) -> Response:
    """Other codes for paper; the old ones are worth nothing from now on."""
    async with transaction() as session:
        person = await people.locked_row(session, current.person.id)
        codes = await second_factor.new_recovery_codes(session, person)
    return _codes_page(request, current, codes)


def _codes_page(request: Request, current: Staff, codes: list[str]) -> Response:
    return pages.render(request, "console/account/codes.html", {"codes": codes, "onward": HERE, "staff": current})


def _offer_page(request: Request, current: Staff, secret: str, sealed: str, error: str = "") -> Response:
    offer: dict[str, Any] = presenters.offer(secret, sealed, current.person.email)
    shown = {**offer, "csrf": current.csrf, "staff": current, "error": error, "action": f"{HERE}/second-factor"}
    return pages.render(request, "console/account/set_up.html", shown, 422 if error else 200)
