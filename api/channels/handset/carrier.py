"""The parts of Twilio's REST API that we call, served by the pretend carrier at `/handset/twilio`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from api.clients.pretend import PretendCarrier, Refused, as_json
from api.errors import NotFound

basic = HTTPBasic()
Credentials = Annotated[HTTPBasicCredentials, Depends(basic)]


def make_router(carrier: PretendCarrier) -> APIRouter:
    """Routes over one pretend carrier."""
    router = APIRouter(prefix="/2010-04-01/Accounts/{account_sid}", include_in_schema=False)

    def check(account_sid: str, credentials: Credentials) -> None:
        if (credentials.username, credentials.password) != (carrier.account_sid, carrier.auth_token):
            raise _Denied()
        if account_sid != carrier.account_sid:
            raise NotFound("There is no such account.")

    @router.post("/Messages.json", dependencies=[Depends(check)])
    async def create_message(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            text = carrier.accept(form)
        except Refused as no:
            body = {"code": no.code, "message": no.message, "status": no.status, "more_info": "https://www.twilio.com/docs"}
            return JSONResponse(body, status_code=no.status)
        return JSONResponse(as_json(text, carrier.account_sid), status_code=201)

    @router.get("/Messages/{sid}.json", dependencies=[Depends(check)])
    async def read_message(sid: str) -> dict[str, Any]:
        found = next((text for text in carrier.texts if text.sid == sid), None)
        if found is None:
            raise NotFound("There is no such message.")
        return as_json(found, carrier.account_sid)

    return router


class _Denied(NotFound):
    """Twilio's answer to wrong credentials."""

    status = 401
    code = "20003"
    title = "Authenticate"

    def __init__(self) -> None:
        super().__init__("Authentication Error - invalid username")
