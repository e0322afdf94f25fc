"""Twilio's webhooks for calls that put a nurse through to a carer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from api.channels.bridge import service
from api.channels.calls.service import take_report
from api.channels.rules import EMPTY_TWIML, XML
from api.database import transaction
from api.people import access

router = APIRouter(prefix="/twilio/bridges", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]
Turn = Annotated[int, Path(ge=1, le=99)]


@router.post("/{call_id}")
async def nurse_answered(call_id: UUID, form: Form) -> Response:
    """The nurse, or their answering machine, has picked up."""
    async with transaction() as session:
        spoken = await service.answered(session, call_id, form)
    return Response(spoken, media_type=XML)


@router.post("/{call_id}/turns/{turn}")
async def nurse_pressed(call_id: UUID, turn: Turn, form: Form) -> Response:
    """A key, or that none was pressed. 1 rings the carer."""
    async with transaction() as session:
        spoken = await service.pressed(session, call_id, turn, form)
    return Response(spoken, media_type=XML)


@router.post("/{call_id}/dialled")
async def carer_rung(call_id: UUID, form: Form) -> Response:
    """The carer's part is over: what the nurse is told on the telephone. Nothing is changed here."""
    return Response(service.afterwards(form), media_type=XML)


@router.post("/{call_id}/carer")
async def carer_status(call_id: UUID, form: Form) -> Response:
    """The carer has picked up, or their part of the call is over."""
    async with transaction() as session:
        await service.take_carer_report(session, call_id, form)
    return Response(EMPTY_TWIML, media_type=XML)


@router.post("/{call_id}/status")
async def bridge_over(call_id: UUID, form: Form) -> Response:
    """How the nurse's own part ended. Only forwards counts."""
    async with transaction() as session:
        await take_report(session, call_id, form)
    return Response(EMPTY_TWIML, media_type=XML)
