"""Handing staff texts to the carrier."""

from uuid import UUID

from api import logs, outbox, queue, settings
from api.clients import twilio
from api.clients.carrier import CarrierError, Text
from api.database import single, transaction
from api.paging.models import StaffText
from api.paging.rules import PageState

KEEP_SECONDS = 300  # A page that the carrier cannot deliver by then is dropped: a late page wakes someone for nothing.
_log = logs.get(__name__)


@queue.app.task(name="paging.send", queue=queue.PAGES)
async def send(text_id: str) -> None:
    """Wake-up: a text to staff is waiting."""
    await deliver(UUID(text_id))


async def deliver(text_id: UUID) -> bool:
    """Hand one text to the carrier. Returns False when it has failed for good (the next rung should be tried)."""
    async with transaction() as session:
        text = await outbox.claim(session, StaffText, text_id)
        if text is None:
            return True
        if text.page is not None and text.page.state != PageState.OPEN:
            outbox.withdraw(text)  # Answered or taken back since it was placed.
            return True
    outgoing = _as_text(text)
    try:
        if outgoing is None:
            raise CarrierError(400, None)
        sid = await twilio.send_text(outgoing)
    except CarrierError as error:
        return await _record_refusal(text_id, error)
    async with single() as session:
        await outbox.sent(session, StaffText, text_id, sid)
    _log.info("staff_text_sent", text_id=str(text_id), page=text.page_id is not None)
    return True


def _as_text(text: StaffText) -> Text | None:
    if text.person.phone is None:
        return None
    wanted = settings.get()
    keep = KEEP_SECONDS if text.page_id else None
    callback = f"{wanted.public_url}/twilio/pager/status/{text.id}"
    return Text(text.person.phone, wanted.pager_number, text.words, callback, keep)


async def _record_refusal(text_id: UUID, error: CarrierError) -> bool:
    async with transaction() as session:
        text = await session.get_one(StaffText, text_id, with_for_update={"of": StaffText})
        final = outbox.refused(text, error)
    _log.warning("staff_text_refused", text_id=str(text_id), status=error.status, code=error.code, final=final)
    return not final
