"""Handing staff texts to the carrier."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from api import clock, logs, outbox, queue, settings
from api.clients import twilio
from api.clients.carrier import CarrierError, Text
from api.database import single, transaction
from api.paging.models import StaffText
from api.paging.rules import PageState

KEEP = timedelta(minutes=5)  # A page that has not arrived by then is dropped: a late page wakes someone for nothing.
_log = logs.get(__name__)


class Fate(StrEnum):
    """What became of handing one text over."""

    DONE = "done"  # Or withdrawn, or somebody else's to send, or to be tried again.
    FAILED = "failed"  # For good: the next rung should be tried.
    TOO_LATE = "too_late"  # It waited too long and was dropped: whoever was to be asked has not been.


@queue.app.task(name="paging.send", queue=queue.PAGES)
async def send(text_id: str) -> None:
    """Wake-up: a text to staff is waiting."""
    await deliver(UUID(text_id))


async def deliver(text_id: UUID) -> Fate:
    """Hand one text to the carrier. A page that nobody needs any more, or that is late, is dropped instead."""
    async with transaction() as session:
        text = await outbox.claim(session, StaffText, text_id)
        if text is None:
            return Fate.DONE
        if text.page is not None and text.page.state != PageState.OPEN:
            outbox.withdraw(text)  # Answered or taken back since it was placed.
            return Fate.DONE
        if text.page is not None and _left(text) <= timedelta():
            outbox.withdraw(text)
            text.page.state = PageState.WITHDRAWN
            return Fate.TOO_LATE
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
    return Fate.DONE


def _left(text: StaffText) -> timedelta:
    """How long a page may still take to arrive."""
    return text.created_at + KEEP - clock.now()


def _as_text(text: StaffText) -> Text | None:
    if text.person.phone is None:
        return None
    wanted = settings.get()
    keep = max(1, round(_left(text).total_seconds())) if text.page_id else None
    callback = f"{wanted.public_url}/twilio/pager/status/{text.id}"
    return Text(text.person.phone, wanted.pager_number, text.words, callback, keep)


async def _record_refusal(text_id: UUID, error: CarrierError) -> Fate:
    async with transaction() as session:
        text = await session.get_one(StaffText, text_id, with_for_update={"of": StaffText})
        final = outbox.refused(text, error)
    _log.warning("staff_text_refused", text_id=str(text_id), status=error.status, code=error.code, final=final)
    return Fate.FAILED if final else Fate.DONE
