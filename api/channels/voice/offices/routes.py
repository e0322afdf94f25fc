"""Twilio's webhooks for a caller who wants the team's office."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.channels.rules import XML
from api.channels.voice import service as turns
from api.channels.voice.offices import service
from api.database import transaction
from api.people import access

router = APIRouter(prefix="/twilio/voice/{call_id}/office", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]


@router.post("")
async def ring(call_id: UUID, form: Form) -> Response:
    """The words before it are said: ring the office."""
    async with transaction() as session:
        document = await service.ring(session, call_id)
    return Response(document, media_type=XML)


@router.post("/over")
async def over(call_id: UUID, form: Form) -> Response:
    """The office has not answered, or has hung up, or the caller pressed star: the line is there again."""
    async with transaction() as session:
        gone = await service.over(session, call_id, form)
        spoken = gone or turns.twiml(call_id, await turns.news(session, call_id))
    return Response(spoken, media_type=XML)
