"""Twilio's webhooks for carers' texts: one that receives, one that hears what became of what we sent.

Twilio is answered at once and empty; what we have to say goes out by a job.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api import outbox
from api.channels.rules import EMPTY_TWIML, XML
from api.channels.sms import service
from api.clients.carrier import from_twilio
from api.database import transaction
from api.people import access

router = APIRouter(prefix="/twilio/sms", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]


@router.post("")
async def receive_text(form: Form) -> Response:
    """A carer's text. Committed before Twilio is answered, once, however often Twilio repeats it."""
    async with transaction() as session:
        await service.take(session, form)
    return Response(EMPTY_TWIML, media_type=XML)


@router.post("/status/{message_id}")
async def text_status(message_id: UUID, form: Form) -> Response:
    """What became of a text to a carer. Reports come late, twice and out of order: only forwards counts."""
    async with outbox.for_report(from_twilio(form.get("MessageStatus", ""))) as session:
        await service.take_report(session, message_id, form)
    return Response(EMPTY_TWIML, media_type=XML)
