"""Placing the calls that ring a carer back."""

from uuid import UUID

from api import clock, outbox, queue, settings
from api.channels.voice.backs import service
from api.clients import twilio
from api.clients.carrier import Call, CarrierError
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.database import transaction

RING_SECONDS = 30


async def ring_back(call_id: str) -> None:
    """It is time to ring a carer back, if they still wait."""
    async with transaction() as session:
        back = await outbox.claim(session, CarerCall, UUID(call_id))
        if back is None:
            return
        if not await service.is_needed(session, back):
            outbox.withdraw(back)
            back.ended_at = clock.now()
            return
        here = f"{settings.get().public_url}/twilio/voice/{back.id}"
        call = Call(back.caller or "", back.line, f"{here}/back", f"{here}/status", RING_SECONDS)
    try:
        sid = await twilio.place_call(call)
    except CarrierError as error:
        await _refused(UUID(call_id), error)
        return
    async with transaction() as session:
        await outbox.sent(session, CarerCall, UUID(call_id), sid)


async def _refused(call_id: UUID, error: CarrierError) -> None:
    async with transaction() as session:
        back = await calls.locked(session, call_id)
        if outbox.refused(back, error):
            back.ended_at = clock.now()
            await service.went(session, back)


async def sweep() -> None:
    """Find the calls that are due."""
    async with transaction() as session:
        waiting = await outbox.due(session, CarerCall)
    await queue.each(ring_back, waiting)
