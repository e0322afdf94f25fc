"""Twilio's webhooks for the staff number: replies to pages, and what became of pages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.dialects.postgresql import insert

from api import clock, outbox
from api.channels.pager import service
from api.channels.rules import whole_number
from api.channels.sms.routes import receive_text, twiml
from api.clients.carrier import Delivery, from_twilio
from api.database import transaction
from api.escalations import service as escalations
from api.paging.models import StaffReply, StaffText
from api.people import access
from api.people import service as people

router = APIRouter(prefix="/twilio/pager", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]


@router.post("")
async def receive_reply(form: Form) -> Response:
    """A text to the staff number. From any other number than the staff's it is taken as a carer's: nothing is lost."""
    async with transaction() as session:
        person = await people.by_phone(session, form.get("From", ""))
        if person is not None:
            new = insert(StaffReply).values(
                inbound_id=form.get("MessageSid", ""), person_id=person.id, words=form.get("Body", ""), at=clock.now()
            )
            added = await session.execute(new.on_conflict_do_nothing().returning(StaffReply.inbound_id))
            if added.scalar_one_or_none():
                await service.take(session, person, form.get("Body", ""))
            return twiml()
    return await receive_text(form)


@router.post("/status/{text_id}")
async def page_status(text_id: UUID, form: Form) -> Response:
    """What became of a text to staff. A page that did not arrive sends the ladder on at once."""
    status = from_twilio(form.get("MessageStatus", ""))
    if status is None:
        return twiml()
    async with transaction() as session:
        code = whole_number(form.get("ErrorCode", "")) or None
        text = await outbox.report(session, StaffText, text_id, form.get("MessageSid", ""), status, code)
        if text is not None and text.page is not None and status in (Delivery.UNDELIVERED, Delivery.FAILED):
            await escalations.page_failed(session, text.page.escalation_id, text.person.name)
    return twiml()
