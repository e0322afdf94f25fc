"""Finding calls whose socket has died without the carrier's noticing, so that nobody is left in silence."""

from uuid import UUID

from api import clock, logs, queue, settings
from api.channels.voice.streamed import service
from api.clients import twilio
from api.clients.carrier import CarrierError
from api.conversations.carer_calls import service as calls
from api.database import transaction

_log = logs.get(__name__)


async def rescue(call_id: str) -> None:
    """Have the carrier go on with a call without its socket."""
    async with transaction() as session:
        call = await calls.locked(session, UUID(call_id))
        if call.streamed_at is None or call.ended_at is not None:
            return
        sid, call.streamed_at = call.carrier_sid or "", clock.now()  # If this fails, it is tried again as late.
    try:
        await twilio.redirect_call(sid, f"{settings.get().public_url}/twilio/voice/{call_id}/relay-over")
    except CarrierError as error:
        _log.warning("call_not_rescued", call_id=call_id, status=error.status, code=error.code)


async def sweep() -> None:
    """Find them."""
    async with transaction() as session:
        lost = await service.lost(session)
    await queue.each(rescue, lost)
