"""The handset: pretend phones on a developer's machine, and the pretend carrier behind them.

Every form works without JavaScript. With it, a form is answered with nothing and the stream shows what changed.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette import EventSourceResponse

from api import pages, settings
from api.channels.handset import carrier as carrier_routes
from api.channels.handset import service, stream
from api.channels.handset.rules import Phone, Recognition
from api.channels.handset.service import Desk, Handling
from api.clients.pretend import Behaviour, PretendCarrier
from api.database import transaction
from api.errors import Conflict, Invalid
from api.people import access

SLOW_SECONDS = 2.0
_MAY_LISTEN = "camera=(), geolocation=(), microphone=(self)"  # What is spoken into a phone on this page.
Typed = Annotated[str, Form()]
router = APIRouter(prefix="/handset", include_in_schema=False, dependencies=[Depends(access.development_only)])


def make_carrier() -> PretendCarrier:
    """A pretend carrier that posts texts to the staff number to the pager, and all others to the carers' line.

    What is said in its calls takes as long as it takes to say.
    """
    wanted = settings.get()
    carrier = PretendCarrier(
        wanted.twilio_auth_token.get_secret_value(),
        wanted.twilio_account_sid,
        wanted.public_url,
        {wanted.pager_number: "/twilio/pager"},
        api_url=wanted.twilio_api_url,
        service_sid=wanted.twilio_messaging_service_sid,
    )
    carrier.switchboard.real_time = True
    return carrier


def add_to(app: FastAPI) -> None:
    """Serve the handset from this application. Called in development only; each route checks that again."""
    lay_out(app)
    app.include_router(carrier_routes.router)
    app.include_router(router)


def lay_out(app: FastAPI) -> None:
    """A new carrier, to which nothing has happened yet, and its phones on a new desk."""
    app.state.carrier = make_carrier()
    app.state.desk = Desk(app.state.carrier)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _phone(phone_id: str, desk: Annotated[Desk, Depends(_desk)]) -> Phone:
    async with transaction() as session:
        return await service.phone(session, desk, phone_id)


OurDesk = Annotated[Desk, Depends(_desk)]
OnePhone = Annotated[Phone, Depends(_phone)]


@router.get("")
async def show(request: Request, desk: OurDesk) -> Response:
    """All phones side by side, and what passes between the carrier and us."""
    return await _page(request, desk)


@router.get("/events")
async def events(desk: OurDesk) -> Response:
    """What changes on the page, as it changes."""
    return EventSourceResponse(stream.changes(desk), ping=15)


@router.post("/phones")
async def add(request: Request, desk: OurDesk, number: Typed = "", withheld: Typed = "") -> Response:
    """Put another carer's phone on the desk."""
    try:
        new = service.read_number(number, bool(withheld))
        desk.add(new)
    except (Invalid, Conflict) as error:
        return await _page(request, desk, typed=number, mistake=error.detail)
    return _back(f"phone-{new.removeprefix('+')}")


@router.post("/phones/{phone_id}/put-away")
async def put_away(phone: OnePhone, desk: OurDesk) -> Response:
    """Take an added phone off the desk."""
    desk.put_away(phone.number)
    return _back("")


@router.post("/phones/{phone_id}/texts")
async def text(
    request: Request, phone: OnePhone, desk: OurDesk, body: Typed = "", say: Typed = "", how: Typed = ""
) -> Response:
    """A text from this phone. `say` is one of the ready-made ones; `how`: `picture`, or `again` for the last one."""
    if how == "again":
        await service.send_again(desk, phone)
    else:
        await desk.carrier.send_in(phone.number, phone.to, say or body, picture=how == "picture")
    return _done(request, phone)


@router.post("/phones/{phone_id}/calls")
async def ring(request: Request, phone: OnePhone, desk: OurDesk) -> Response:
    """Ring the line from this phone."""
    await service.ring_line(desk, phone)
    return _done(request, phone)


@router.post("/phones/{phone_id}/speech")
async def speak(
    request: Request,
    phone: OnePhone,
    desk: OurDesk,
    words: Typed = "",
    hears: Annotated[Recognition, Form()] = Recognition.CLEAR,
    heard_as: Typed = "",
) -> Response:
    """Say something into this phone. `hears` is how well it is recognised, `heard_as` what instead of the words."""
    await service.speak(desk, phone, words.strip(), hears, heard_as.strip())
    return _done(request, phone)


@router.post("/phones/{phone_id}/calls/{sid}")
async def call(
    request: Request, phone: OnePhone, desk: OurDesk, sid: str, how: Annotated[Handling, Form()]
) -> Response:
    """Answer a call on this phone, hang up, drop the line, do nothing, or let it ring out, be engaged, or fail."""
    await service.handle(desk, phone, sid, how)
    return _done(request, phone)


@router.post("/phones/{phone_id}/keys/{sid}")
async def press(
    request: Request, phone: OnePhone, desk: OurDesk, sid: str, key: Annotated[str, Form(max_length=1)]
) -> Response:
    """Press one key of the keypad."""
    await service.handle(desk, phone, sid, Handling.KEY, key)
    return _done(request, phone)


@router.post("/phones/{phone_id}/behaviour")
async def behave(request: Request, phone: OnePhone, desk: OurDesk, behaviour: Annotated[Behaviour, Form()]) -> Response:
    """Switch the phone on or off, break the carrier for it, or opt it out."""
    desk.carrier.phones[phone.number] = behaviour
    desk.carrier.tell()
    return _done(request, phone)


@router.post("/carrier")
async def change_carrier(
    desk: OurDesk, advanced_opt_out: Typed = "", slow: Typed = "", connects: Typed = ""
) -> Response:
    """What the carrier tells us of reserved words, how long it takes, and whether it tries to connect calls."""
    desk.carrier.advanced_opt_out, desk.carrier.pace = bool(advanced_opt_out), SLOW_SECONDS if slow else 0.0
    desk.carrier.switchboard.connects = bool(connects)
    return _back("")


@router.post("/clear")
async def clear(desk: OurDesk) -> Response:
    """Empty the phones and the record of what passed. What the line knows stays."""
    desk.clear()
    return _back("")


async def _page(request: Request, desk: Desk, typed: str = "", mistake: str = "") -> Response:
    async with transaction() as session:
        phones = await service.phones(session, desk)
    context = {
        "phones": phones,
        "parts": service.parts(desk, phones),
        "carrier": desk.carrier,
        "carer_says": service.CARER_SAYS,
        "staff_says": service.STAFF_SAYS,
        "typed": typed,
        "mistake": mistake,
    }
    response = pages.render(request, "handset/desk.html", context, status=422 if mistake else 200)
    response.headers["Permissions-Policy"] = _MAY_LISTEN
    return response


def _back(anchor: str) -> Response:
    return RedirectResponse(f"/handset#{anchor}" if anchor else "/handset", 303)


def _done(request: Request, phone: Phone) -> Response:
    return Response(status_code=204) if "HX-Request" in request.headers else _back(f"phone-{phone.id}")
