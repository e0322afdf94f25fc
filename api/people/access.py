"""The only gate. Every route depends on exactly one of these; a guard test lists the routes and checks it.

`staff` for console pages, and those of one kind of staff only (`nurse`, `information`); each has a `_form` for what
changes something. `service(scope)` for `/v1`, `signed_by_carrier` for webhooks, `development_only` for the handset, and
`anyone` for what a carer or a health check may open.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Depends, Form, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from twilio.request_validator import RequestValidator

from api import settings
from api.database import transaction
from api.errors import Forbidden, NightlightError, NotFound, NotSignedIn
from api.people import limits, service, tokens
from api.people.models import Person
from api.people.rules import KEEPS_DIRECTORY, LOOKS_AFTER_CARERS, Role, Scope
from api.people.tokens import Caller

COOKIE = "nightlight_staff"
_BEARER = HTTPBearer(auto_error=False, scheme_name="service_token", description="Made with `api tokens make`.")
_CLIENT = HTTPBasic(auto_error=False, scheme_name="client", description="A service token's name, and the token itself.")


@dataclass(frozen=True)
class Staff:
    """Who is signed in, and the token that their forms must carry."""

    person: Person
    csrf: str
    session_id: UUID

    @property
    def looks_after_carers(self) -> bool:
        """Whether the board and carers' conversations are for them."""
        return self.person.role in LOOKS_AFTER_CARERS

    @property
    def keeps_directory(self) -> bool:
        """Whether they may change what we signpost to."""
        return self.person.role in KEEPS_DIRECTORY


class SignInFirst(NightlightError):
    """A page needs a sign-in: the browser is sent to the sign-in page, and back afterwards."""

    status = 401
    code = "not_signed_in"


async def anyone() -> None:
    """Open to everybody, on purpose."""


async def staff(request: Request) -> Staff:
    """Whoever is signed in on this browser."""
    cookie = request.cookies.get(COOKIE)
    if cookie:
        async with transaction() as session:
            current = await service.session_of(session, cookie)
            if current:
                return Staff(current.person, current.csrf, current.id)
    raise SignInFirst("Sign in to see this page.")


async def staff_form(
    current: Annotated[Staff, Depends(staff)],
    csrf: Annotated[str, Form()] = "",
    x_csrf_token: Annotated[str, Header()] = "",
) -> Staff:
    """Whoever is signed in, for a request that changes something: it must carry the session's own token."""
    if not hmac.compare_digest((csrf or x_csrf_token).encode(), current.csrf.encode()):
        raise Forbidden("This form is out of date. Go back, reload the page and try again.")
    return current


def administrator(current: Annotated[Staff, Depends(staff)]) -> Staff:
    """Whoever is signed in, if an administrator."""
    if current.person.role != Role.ADMINISTRATOR:
        raise Forbidden("Only an administrator may do this.")
    return current


def nurse(current: Annotated[Staff, Depends(staff)]) -> Staff:
    """Whoever is signed in, if they look after carers."""
    return _if_nurse(current)


def nurse_form(current: Annotated[Staff, Depends(staff_form)]) -> Staff:
    """The same for a request that changes something."""
    return _if_nurse(current)


def _if_nurse(current: Staff) -> Staff:
    if not current.looks_after_carers:
        raise Forbidden("This is for the staff who look after carers.")
    return current


def information(current: Annotated[Staff, Depends(staff)]) -> Staff:
    """Whoever is signed in, if they keep what we signpost to."""
    return _if_information(current)


def information_form(current: Annotated[Staff, Depends(staff_form)]) -> Staff:
    """The same for a request that changes something."""
    return _if_information(current)


def _if_information(current: Staff) -> Staff:
    if not current.keeps_directory:
        raise Forbidden("Only information staff may do this.")
    return current


def service_token(*scopes: Scope, limited: bool = True) -> Callable[..., Awaitable[Caller]]:
    """A dependency: the calling service, whose token must hold every scope and may not call too often.

    `limited` False: the route itself calls `limits.take`, because some of what is sent to it must never wait.
    """

    async def check(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Caller:
        if sent is None or not sent.credentials:
            raise NotSignedIn("Send a service token: Authorization: Bearer <token>.")
        async with transaction() as session:
            found = await tokens.caller(session, sent.credentials)
        if found is None:
            raise NotSignedIn("This token is unknown, revoked or past its end.")
        missing = [scope for scope in scopes if scope not in found.scopes]
        if missing:
            raise Forbidden(f"This token lacks the scope {missing[0]}.")
        if limited:
            limits.take(found)
        return found

    check.is_gate = True  # type: ignore[attr-defined]  # The guard test looks for this mark.
    return check


async def client(
    basic: Annotated[HTTPBasicCredentials | None, Depends(_CLIENT)],
    client_id: Annotated[str, Form(max_length=200)] = "",
    client_secret: Annotated[str, Form(max_length=200)] = "",
) -> tuple[str, str]:
    """The id and secret of a program that asks for a short-lived token, by HTTP Basic or in the form."""
    sent = (basic.username, basic.password) if basic else (client_id, client_secret)
    limits.take_by_name(sent[0])
    return sent


client.is_gate = True  # type: ignore[attr-defined]  # It is the gate of one route of `/v1`.


async def signed_by_carrier(request: Request) -> dict[str, str]:
    """The form that Twilio posted, if one of our keys signed it for our public address; otherwise 403.

    Twilio signs the address that it was given, so a proxy in front of us must not matter: the public URL of the
    settings is used, never the Host header.
    """
    form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{settings.get().public_url}{request.url.path}{query}"
    signature = request.headers.get("X-Twilio-Signature", "")
    if not any(_validator(token).validate(address, form, signature) for token in settings.get().signing_tokens):
        raise Forbidden("The signature does not match.")
    return {name: value.replace("\x00", "") for name, value in form.items()}  # A null byte cannot be kept.


def _validator(token: str) -> RequestValidator:
    return RequestValidator(token)


async def development_only() -> None:
    """Pages that exist only on a developer's machine; elsewhere there is no such page."""
    wanted = settings.get()
    if wanted.environment != "development" or not wanted.handset:
        raise NotFound("There is no such page.")


GATES = (
    anyone,
    staff,
    staff_form,
    nurse,
    nurse_form,
    information,
    information_form,
    administrator,
    signed_by_carrier,
    development_only,
)
