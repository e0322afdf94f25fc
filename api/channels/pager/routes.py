"""Twilio's webhooks for the staff number: replies to pages, and what became of pages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api import outbox
from api.channels.pager import service
from api.channels.rules import EMPTY_TWIML, XML
from api.channels.sms import service as carers
from api.clients.carrier import from_twilio
from api.database import transaction
from api.people import access
from api.people import service as people

router = APIRouter(prefix="/twilio/pager", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]


@router.post("")
async def receive_reply(form: Form) -> Response:
    """A text to the staff number. From any other number than the staff's it is taken as a carer's: nothing is lost."""
    async with transaction() as session:
        person = await people.by_phone(session, form.get("From", ""))
        if person is None:
            await carers.take(session, form)
        else:
            await service.take_once(session, person, form.get("MessageSid", ""), form.get("Body", ""))
    return Response(EMPTY_TWIML, media_type=XML)


@router.post("/status/{text_id}")
async def page_status(text_id: UUID, form: Form) -> Response:
    """What became of a text to staff. A page that did not arrive sends the ladder on at once."""
    async with outbox.for_report(from_twilio(form.get("MessageStatus", ""))) as session:
        await service.take_report(session, text_id, form)
    return Response(EMPTY_TWIML, media_type=XML)
