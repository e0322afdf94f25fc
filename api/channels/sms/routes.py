"""Twilio's webhooks for carers' texts: one that receives, one that hears what became of what we sent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api import outbox
from api.channels.rules import EMPTY_TWIML, is_withheld, whole_number
from api.clients.carrier import OPTED_OUT, Delivery, from_twilio
from api.conversations.jobs import delivery_failed
from api.conversations.models import Message
from api.conversations.receiving import receive
from api.conversations.rules import Channel
from api.conversations.service import Inbound
from api.database import transaction
from api.errors import Invalid
from api.people import access
from api.people import service as people

router = APIRouter(prefix="/twilio/sms", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]


def twiml() -> Response:
    """Twilio is answered at once and empty; what we have to say goes out by a job."""
    return Response(EMPTY_TWIML, media_type="text/xml")


@router.post("")
async def receive_text(form: Form) -> Response:
    """A carer's text. Committed before Twilio is answered, once, however often Twilio repeats it."""
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not sid:
        raise Invalid("MessageSid is missing.")
    sender = form.get("From", "")
    hidden = is_withheld(sender)
    async with transaction() as session:
        team = await people.team_for_line(session, form.get("To", ""))
        inbound = Inbound(
            channel=Channel.SMS,
            address=f"withheld:{sid}" if hidden else sender,
            inbound_id=sid,
            body=form.get("Body", ""),
            team=team,
            contact_number=None if hidden else sender,
            media_count=whole_number(form.get("NumMedia", "0")),
            carrier_says=form.get("OptOutType", ""),
        )
        await receive(session, inbound)
    return twiml()


@router.post("/status/{message_id}")
async def text_status(message_id: UUID, form: Form) -> Response:
    """What became of a text to a carer. Reports come late, twice and out of order: only forwards counts."""
    status = from_twilio(form.get("MessageStatus", ""))
    if status is None:
        return twiml()
    code = whole_number(form.get("ErrorCode", "")) or None
    async with transaction() as session:
        message = await outbox.report(session, Message, message_id, form.get("MessageSid", ""), status, code)
        if message is not None and status in (Delivery.UNDELIVERED, Delivery.FAILED):
            await delivery_failed(session, message, code == OPTED_OUT)
    return twiml()
