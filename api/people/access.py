"""The only gate. Every route depends on exactly one of these; a guard test lists the routes and checks it.

`staff` for console pages, and `may(permission)` for those that not everybody on the staff may open, with a name for
each that is used (`nurse`, `answerer`, `information`, `coordinator`); most have a `_form` for what changes something.
`half` is for the pages between password and second factor. `service_token(scope)` for `/v1`, `signed_by_carrier` for
webhooks and `socket_signed_by_carrier` for WebSockets, `development_only` for the handset, and `anyone` for what a
carer or a health check may open. Who may what: `rules.MAY`.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Depends, Form, Header, Request, WebSocket, WebSocketException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from twilio.request_validator import RequestValidator

from api import clock, settings
from api.database import transaction
from api.errors import Forbidden, NightlightError, NotFound, NotSignedIn
from api.people import limits, rules, service, tokens
from api.people.models import Person, StaffSession
from api.people.rules import Permission, Scope
from api.people.tokens import Caller

COOKIE = "nightlight_staff"
_BEARER = HTTPBearer(auto_error=False, scheme_name="service_token", description="Made with `api tokens make`.")
_CLIENT = HTTPBasic(auto_error=False, scheme_name="client", description="A service token's name, and the token itself.")


_REFUSALS = {
    Permission.READ_CARERS: "This is for the staff who look after carers.",
    Permission.ANSWER_CARERS: "This is for the staff who look after carers.",
    Permission.SEE_NUMBERS: "This is for the staff who look after carers.",
    Permission.READ_REFERRALS: "This is for the staff who see to referrals.",
    Permission.MOVE_REFERRALS: "This is for the staff who see to referrals.",
    Permission.KEEP_DIRECTORY: "Only information staff may do this.",
    Permission.KEEP_ROTA: "Only a coordinator may do this.",
    Permission.SEE_FIGURES: "This is for those who look at the service as a whole.",
    Permission.MANAGE_PEOPLE: "Only an administrator may do this.",
    Permission.READ_AUDIT: "Only an administrator or the clinical safety officer may read this.",
    Permission.REVIEW: "This is for those who review transcripts.",
    Permission.UNMASK: "This is for those who review transcripts.",
    Permission.APPROVE_PHRASES: "Only the clinical safety officer or an administrator may decide about this.",
    Permission.APPROVE_WORDING: "Only information staff or an administrator may decide about this.",
    Permission.RELEASE: "Only the clinical safety officer or an administrator may do this.",
    Permission.KEEP_PRIVACY: "Only an administrator may do this.",
}
type Gate = Callable[..., Awaitable["Staff"]]


@dataclass(frozen=True)
class Staff:
    """Who is signed in, and the token that their forms must carry."""

    person: Person
    csrf: str
    session_id: UUID

    def may(self, permission: str) -> bool:
        """Whether they may do this; for pages, too, which show nobody a button that would be refused."""
        return rules.may(self.person.role, Permission(permission))

    @property
    def looks_after_carers(self) -> bool:
        """Whether the board and carers' conversations are for them."""
        return self.may(Permission.READ_CARERS)

    @property
    def keeps_directory(self) -> bool:
        """Whether they may change what we signpost to."""
        return self.may(Permission.KEEP_DIRECTORY)

    @property
    def keeps_rota(self) -> bool:
        """Whether they may change and publish their team's rota."""
        return self.may(Permission.KEEP_ROTA)


class SignInFirst(NightlightError):
    """A page needs a sign-in: the browser is sent to the sign-in page, and back afterwards."""

    status = 401
    code = "not_signed_in"
    page: ClassVar[str] = "/console/sign-in"


class CodeFirst(SignInFirst):
    """The password was right; the second factor is still to come."""

    page = "/console/sign-in/code"


class ConfirmFirst(SignInFirst):
    """Not to be done lightly: whoever is signed in says once more who they are."""

    code = "confirm_first"
    page = "/console/account/confirm"


async def anyone() -> None:
    """Open to everybody, on purpose."""


async def _session_of(request: Request) -> StaffSession:
    cookie = request.cookies.get(COOKIE)
    if cookie:
        async with transaction() as session:
            current = await service.session_of(session, cookie)
            if current:
                return current
    raise SignInFirst("Sign in to see this page.")


async def _whole(request: Request) -> StaffSession:
    current = await _session_of(request)
    if not service.is_whole(current):
        raise CodeFirst("Finish signing in to see this page.")
    return current


async def staff(request: Request) -> Staff:
    """Whoever is signed in on this browser, with everything that signing in asks for."""
    current = await _whole(request)
    return Staff(current.person, current.csrf, current.id)


async def half(request: Request) -> Staff:
    """Whoever gave the right password on this browser and has not been asked for the second factor yet."""
    current = await _session_of(request)
    if service.is_whole(current):
        raise Forbidden("You are signed in already.")
    return Staff(current.person, current.csrf, current.id)


async def staff_form(
    current: Annotated[Staff, Depends(staff)],
    csrf: Annotated[str, Form()] = "",
    x_csrf_token: Annotated[str, Header()] = "",
) -> Staff:
    """Whoever is signed in, for a request that changes something: it must carry the session's own token."""
    return _with_token(current, csrf or x_csrf_token)


async def half_form(current: Annotated[Staff, Depends(half)], csrf: Annotated[str, Form()] = "") -> Staff:
    """The same between password and second factor."""
    return _with_token(current, csrf)


def _with_token(current: Staff, sent: str) -> Staff:
    if not hmac.compare_digest(sent.encode(), current.csrf.encode()):
        raise Forbidden("This form is out of date. Go back, reload the page and try again.")
    return current


async def fresh(request: Request) -> None:
    """No gate by itself, but beside one: who they are was proved a short while ago."""
    current = await _whole(request)
    if not rules.is_fresh(current.confirmed_at, clock.now()):
        raise ConfirmFirst("Say once more who you are before you do this.")


def may(permission: Permission, form: bool = False) -> Gate:
    """A gate: whoever is signed in, if they may do this. `form`: for a request that changes something."""

    async def check(current: Annotated[Staff, Depends(staff_form if form else staff)]) -> Staff:
        if not current.may(permission):
            raise Forbidden(_REFUSALS[permission])
        return current

    check.is_gate, check.permission, check.is_form = True, permission, form  # type: ignore[attr-defined]
    return check


nurse, nurse_form = may(Permission.READ_CARERS), may(Permission.ANSWER_CARERS, form=True)
answerer = may(Permission.ANSWER_CARERS)  # For the page of a form that only those may send.
number_form = may(Permission.SEE_NUMBERS, form=True)
referral, referral_form = may(Permission.READ_REFERRALS), may(Permission.MOVE_REFERRALS, form=True)
information, information_form = may(Permission.KEEP_DIRECTORY), may(Permission.KEEP_DIRECTORY, form=True)
coordinator, coordinator_form = may(Permission.KEEP_ROTA), may(Permission.KEEP_ROTA, form=True)
figures = may(Permission.SEE_FIGURES)
administrator, administrator_form = may(Permission.MANAGE_PEOPLE), may(Permission.MANAGE_PEOPLE, form=True)
auditor = may(Permission.READ_AUDIT)
reviewer, reviewer_form = may(Permission.REVIEW), may(Permission.REVIEW, form=True)
unmasker_form = may(Permission.UNMASK, form=True)
releaser, releaser_form = may(Permission.RELEASE), may(Permission.RELEASE, form=True)
privacy, privacy_form = may(Permission.KEEP_PRIVACY), may(Permission.KEEP_PRIVACY, form=True)


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

    check.is_gate, check.scopes = True, scopes  # type: ignore[attr-defined]  # The guard tests look for these marks.
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
    if not _is_signed(address, form, request.headers.get("X-Twilio-Signature", "")):
        raise Forbidden("The signature does not match.")
    return {name: value.replace("\x00", "") for name, value in form.items()}  # A null byte cannot be kept.


async def socket_signed_by_carrier(socket: WebSocket) -> None:
    """Twilio signs the handshake of a WebSocket like a form without fields. Otherwise it is refused, with HTTP's 403.

    Source: https://www.twilio.com/docs/voice/conversationrelay/onboarding (read 26 November 2026).
    """
    query = f"?{socket.url.query}" if socket.url.query else ""
    address = f"{settings.get().public_socket_url}{socket.url.path}{query}"
    if not _is_signed(address, {}, socket.headers.get("X-Twilio-Signature", "")):
        raise WebSocketException(status.WS_1008_POLICY_VIOLATION)


def _is_signed(address: str, form: dict[str, str], signature: str) -> bool:
    tokens = settings.get().signing_tokens
    return any(RequestValidator(token).validate(address, form, signature) for token in tokens)


async def development_only() -> None:
    """Pages that exist only on a developer's machine; elsewhere there is no such page."""
    wanted = settings.get()
    if wanted.environment != "development" or not wanted.handset:
        raise NotFound("There is no such page.")


# And every `may`.
GATES = (
    anyone,
    staff,
    staff_form,
    half,
    half_form,
    signed_by_carrier,
    socket_signed_by_carrier,
    development_only,
)
