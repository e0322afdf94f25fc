"""Handing calls to the carrier, and stopping those that nobody needs any more."""

from uuid import UUID

from api import logs, outbox, queue, settings
from api.clients import twilio
from api.clients.carrier import Call, CarrierError, Delivery
from api.database import single, transaction
from api.paging.calls import service
from api.paging.calls.service import RING_SECONDS
from api.paging.models import StaffCall
from api.paging.rules import PageState

_log = logs.get(__name__)


async def deliver(call_id: UUID) -> bool:
    """Hand one call to the carrier. Returns False when it has failed for good."""
    async with transaction() as session:
        call = await outbox.claim(session, StaffCall, call_id)
        if call is None:
            return True
        if call.page is not None and call.page.state != PageState.OPEN:
            outbox.withdraw(call)  # Answered or taken back since it was placed.
            return True
    outgoing = _as_call(call)
    try:
        if outgoing is None:
            raise CarrierError(400, None)
        sid = await twilio.place_call(outgoing)
    except CarrierError as error:
        return await _record_refusal(call_id, error)
    async with single() as session:
        await outbox.sent(session, StaffCall, call_id, sid)
    _log.info("staff_call_placed", call_id=str(call_id), page=call.page_id is not None)
    return True


def _as_call(call: StaffCall) -> Call | None:
    if call.person.phone is None:
        return None
    wanted = settings.get()
    kind = "calls" if call.page_id else "bridges"
    url = f"{wanted.public_url}/twilio/{kind}/{call.id}"
    return Call(call.person.phone, wanted.pager_number, url, f"{url}/status", RING_SECONDS)


async def _record_refusal(call_id: UUID, error: CarrierError) -> bool:
    async with transaction() as session:
        call = await session.get_one(StaffCall, call_id, with_for_update={"of": StaffCall})
        final = outbox.refused(call, error)
    _log.warning("staff_call_refused", call_id=str(call_id), status=error.status, code=error.code, final=final)
    return not final


@queue.app.task(name="paging.stop_calls", queue=queue.PAGES)
async def stop_calls(escalation_id: str) -> None:
    """Wake-up: calls ring for pages that are no longer open."""
    await stop(UUID(escalation_id))


async def stop(escalation_id: UUID | None = None) -> None:
    """Tell the carrier to stop the calls that nobody needs, of one escalation or of all."""
    async with transaction() as session:
        calls = await service.needless(session, escalation_id)
    for call in calls:
        await _stop(call)


async def _stop(call: StaffCall) -> None:
    try:
        await twilio.cancel_call(call.carrier_sid or "")
    except CarrierError as error:
        if error.worth_retrying:
            return  # The sweep tries again for as long as it may ring.
        _log.info("staff_call_was_over", call_id=str(call.id), status=error.status, code=error.code)
    async with single() as session:
        await outbox.report(session, StaffCall, call.id, call.carrier_sid or "", Delivery.WITHDRAWN, None)
