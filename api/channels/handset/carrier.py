"""The parts of Twilio's REST API that we call, served by the pretend carrier at `/handset/twilio`."""

import json
import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from api import pages
from api.clients.pretend import PretendCarrier
from api.clients.pretend_call_forms import call_as_json
from api.clients.pretend_call_list import list_as_json
from api.clients.pretend_forms import API_VERSION, as_json
from api.clients.pretend_refusals import Refused
from api.people import access

PREFIX = "/handset/twilio"
PICTURE = pages.STATIC / "handset-picture.png"
Credentials = Annotated[HTTPBasicCredentials | None, Depends(HTTPBasic(auto_error=False))]
router = APIRouter(
    prefix=f"{PREFIX}/{API_VERSION}/Accounts/{{account_sid}}",
    include_in_schema=False,
    dependencies=[Depends(access.development_only)],
)


@router.get(".json")
async def read_account(request: Request, account_sid: str, credentials: Credentials) -> Response:
    """Read the account, as whoever wants to know whether the carrier answers."""

    def read(carrier: PretendCarrier) -> dict[str, Any]:
        _check(carrier, request, account_sid, credentials)
        return {"sid": account_sid, "status": "active"}

    return _answer(request, {}, read, 200)


@router.post("/Messages.json")
async def create_message(request: Request, account_sid: str, credentials: Credentials) -> Response:
    """Send a text."""
    form = {name: str(value) for name, value in (await request.form()).items()}

    def create(carrier: PretendCarrier) -> dict[str, Any]:
        _check(carrier, request, account_sid, credentials)
        return as_json(carrier.accept(form), carrier.account_sid)

    return _answer(request, form, create, 201)


@router.get("/Messages/{sid}.json")
async def read_message(request: Request, account_sid: str, sid: str, credentials: Credentials) -> Response:
    """Read a text, sent or received."""

    def read(carrier: PretendCarrier) -> dict[str, Any]:
        _check(carrier, request, account_sid, credentials)
        found = next((text for text in carrier.texts if text.sid == sid), None)
        if found is None:
            raise _missing(request)
        return as_json(found, carrier.account_sid)

    return _answer(request, {}, read, 200)


@router.post("/Calls.json")
async def create_call(request: Request, account_sid: str, credentials: Credentials) -> Response:
    """Place a call."""
    form = {name: str(value) for name, value in (await request.form()).items()}

    def create(carrier: PretendCarrier) -> dict[str, Any]:
        _check(carrier, request, account_sid, credentials)
        return call_as_json(carrier.place(form), carrier.account_sid)

    return _answer(request, form, create, 201)


@router.get("/Calls.json")
async def list_calls(request: Request, account_sid: str, credentials: Credentials) -> Response:
    """The calls that a query asks for, newest first, a page at a time."""
    query = dict(request.query_params)

    def read(carrier: PretendCarrier) -> dict[str, Any]:
        _check(carrier, request, account_sid, credentials)
        return list_as_json(carrier.switchboard.calls, carrier.account_sid, query)

    return _answer(request, query, read, 200)


@router.get("/Calls/{sid}.json")
async def read_call(request: Request, account_sid: str, sid: str, credentials: Credentials) -> Response:
    """Read a call, in either direction."""

    def read(carrier: PretendCarrier) -> dict[str, Any]:
        _check(carrier, request, account_sid, credentials)
        found = carrier.switchboard.one(sid)
        if found is None:
            raise _missing(request)
        return call_as_json(found, carrier.account_sid)

    return _answer(request, {}, read, 200)


@router.post("/Calls/{sid}.json")
async def change_call(request: Request, account_sid: str, sid: str, credentials: Credentials) -> Response:
    """End a call that is going on, or have something else played in it at once."""
    form = {name: str(value) for name, value in (await request.form()).items()}

    def change(carrier: PretendCarrier) -> dict[str, Any]:
        _check(carrier, request, account_sid, credentials)
        wanted = (form.get("Status", ""), form.get("Url", ""), form.get("Twiml", ""))
        return call_as_json(carrier.switchboard.update(sid, *wanted), carrier.account_sid)

    return _answer(request, form, change, 200)


@router.get("/Messages/{sid}/Media/{media_sid}")
async def read_picture(sid: str, media_sid: str) -> Response:
    """The picture of any picture message: always the same."""
    return FileResponse(PICTURE, media_type="image/png")


def _check(carrier: PretendCarrier, request: Request, account_sid: str, credentials: Credentials) -> None:
    known = (carrier.account_sid, carrier.auth_token)
    if credentials is None or (credentials.username, credentials.password) != known:
        raise Refused(401, 20003, "Authenticate")
    if account_sid != carrier.account_sid:
        raise _missing(request)


def _missing(request: Request) -> Refused:
    path = request.url.path.removeprefix(PREFIX)
    return Refused(404, 20404, f"The requested resource {path} was not found")


def _answer(
    request: Request, form: dict[str, str], work: Callable[[PretendCarrier], dict[str, Any]], status: int
) -> Response:
    """Do it, answer as Twilio answers, and keep both for people to look at."""
    carrier: PretendCarrier = request.app.state.carrier
    started = time.perf_counter()
    try:
        body = work(carrier)
    except Refused as no:
        status, body = no.status, no.body()
    asked = (request.method, request.url.path)
    carrier.wire.note(False, asked, status, started, form.get("To", ""), form, json.dumps(body, indent=1))
    return JSONResponse(body, status_code=status)
