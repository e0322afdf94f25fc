"""Reading Twilio's forms about carers' texts, and doing what they say."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.channels.rules import is_withheld, whole_number
from api.clients.carrier import OPTED_OUT, from_twilio
from api.conversations import service as conversations
from api.conversations.models import Message
from api.conversations.receiving import receive
from api.conversations.rules import WITHHELD, Channel
from api.conversations.service import Inbound
from api.errors import Invalid


async def take(session: AsyncSession, form: dict[str, str]) -> None:
    """A carer's text, kept once, however often Twilio repeats it. Raises Invalid when it has no MessageSid."""
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not sid:
        raise Invalid("MessageSid is missing.")
    sender = form.get("From", "")
    hidden = is_withheld(sender)
    inbound = Inbound(
        channel=Channel.SMS,
        address=f"{WITHHELD}{sid}" if hidden else sender,
        inbound_id=sid,
        body=form.get("Body", ""),
        line=form.get("To", ""),
        contact_number=None if hidden else sender,
        media_count=whole_number(form.get("NumMedia", "0")),
        carrier_says=form.get("OptOutType", ""),
    )
    await receive(session, inbound)


async def take_report(session: AsyncSession, message_id: UUID, form: dict[str, str]) -> None:
    """What became of a text to a carer. If it mattered and did not arrive, somebody rings."""
    status = from_twilio(form.get("MessageStatus", ""))
    if status is None:
        return
    code = whole_number(form.get("ErrorCode", "")) or None
    news = await outbox.report(session, Message, message_id, form.get("MessageSid", ""), status, code)
    if news and status in outbox.FAILURES:
        message = await conversations.message(session, message_id)
        await conversations.delivery_failed(session, message, code == OPTED_OUT)
