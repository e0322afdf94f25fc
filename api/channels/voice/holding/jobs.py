"""Changing calls that go on: a caller who waits hears news, goes to the nurse, or hears that the nurse is gone."""

from uuid import UUID

from api import clock, logs, queue, settings
from api.channels.voice.holding import service
from api.clients import twilio
from api.clients.carrier import CarrierError
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.rules import CallState
from api.database import transaction
from api.paging.calls import service as staff_calls

_log = logs.get(__name__)


@queue.app.task(name="voice.interrupt", queue=queue.PAGES)
async def interrupt(call_id: str) -> None:
    """Wake-up: there is something that a caller who waits must hear now."""
    async with transaction() as session:
        call = await calls.get(session, UUID(call_id))
        busy = call.busy_until is not None and call.busy_until > clock.now()
        if (
            busy
            or service.nurse_waits(call)
            or call.state != CallState.HOLDING
            or not await calls.unspoken(session, call)
        ):
            return
        sid = call.carrier_sid or ""
    await _move(sid, UUID(call_id), "news")


async def sweep() -> None:
    """Find the callers for whom there was something while something else was being said to them."""
    async with transaction() as session:
        waiting = await calls.kept_from_news(session)
    await queue.each(interrupt, waiting)


@queue.app.task(name="voice.join", queue=queue.PAGES)
async def join(call_id: str) -> None:
    """Wake-up: a nurse has taken the call of a caller who waits."""
    async with transaction() as session:
        sid = (await calls.get(session, UUID(call_id))).carrier_sid or ""
    if not await _move(sid, UUID(call_id), "join"):
        await _nurse_alone(UUID(call_id))


@queue.app.task(name="voice.left", queue=queue.PAGES)
async def left(call_id: str) -> None:
    """Wake-up: the nurse or the caller has left; whoever is still there must not sit in silence."""
    async with transaction() as session:
        call = await calls.get(session, UUID(call_id))
        nurse, sid = call.nurse_call, call.carrier_sid if call.state == CallState.CONNECTED else None
        colleagues = await staff_calls.colleagues_in(session, nurse.case_id) if nurse is not None else []
    if sid is None or not await _move(sid, UUID(call_id), "alone"):
        await _nurse_alone(UUID(call_id))
    for one in colleagues:
        if one is not nurse and one.carrier_sid:
            await _move(one.carrier_sid, UUID(call_id), "colleague")


@queue.app.task(name="voice.too_late", queue=queue.PAGES)
async def too_late(call_id: str, sid: str) -> None:
    """Wake-up: a colleague came into a conference that the carer and the nurse had left meanwhile."""
    await _move(sid, UUID(call_id), "colleague")


async def _nurse_alone(call_id: UUID) -> None:
    async with transaction() as session:
        nurse = (await calls.get(session, call_id)).nurse_call
    if nurse is not None and nurse.ended is None and nurse.carrier_sid:
        await _move(nurse.carrier_sid, call_id, "nurse")


async def _move(sid: str, call_id: UUID, where: str) -> bool:
    """Have the carrier ask us anew what comes next in a call. False: that call is over, or the carrier is away."""
    try:
        await twilio.redirect_call(sid, f"{settings.get().public_url}/twilio/voice/{call_id}/{where}")
    except CarrierError as error:
        _log.warning("call_not_moved", call_id=str(call_id), where=where, status=error.status, code=error.code)
        return False
    return True
