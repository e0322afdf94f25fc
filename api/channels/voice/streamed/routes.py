"""Twilio's ConversationRelay: the socket of a call, and what comes next when it is over."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response, WebSocket

from api.channels.rules import XML
from api.channels.voice.streamed import service, stream
from api.database import transaction
from api.people import access

router = APIRouter(prefix="/twilio/voice/{call_id}", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]


@router.websocket("/relay", dependencies=[Depends(access.socket_signed_by_carrier)])
async def relay(socket: WebSocket, call_id: UUID) -> None:
    """A call is heard and spoken to over this socket."""
    await stream.attend(socket, call_id)


@router.post("/relay-over")
async def relay_over(call_id: UUID, form: Form) -> Response:
    """That is over: we have ended it, the carrier could not go on, or the caller has hung up."""
    async with transaction() as session:
        spoken = await service.over(session, call_id, form)
    return Response(spoken, media_type=XML)
