"""One call of the carrier's list: made known if we never heard of it, and ended if it is over and we were not told."""

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, telephone
from api.channels.rules import is_withheld
from api.channels.voice.arriving import service as arriving
from api.channels.voice.lists import rules
from api.clients.carrier import ListedCall
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Conversation

_log = logs.get(__name__)


async def see_to(session: AsyncSession, listed: ListedCall) -> None:
    """Catch up with one call, once, whoever else looks at the same list."""
    if not rules.should_be_known(listed.status, listed.started_at, clock.now(), telephone.wanted().heard_of_within):
        return
    await calls.hold(session, listed.sid)
    call = await calls.by_sid(session, listed.sid)
    if call is None:
        call = await _missed(session, listed)
    await arriving.is_over(session, call.id, {"CallStatus": listed.status})


async def _missed(session: AsyncSession, listed: ListedCall) -> CarerCall:
    """A call of which we know only that it was: its row, as if it had just come in and nothing was said."""
    call = await calls.open_call(session, await _conversation(session, listed), listed.sid, listed.line)
    call.started_at = listed.started_at
    _log.error("call_missed", call_id=str(call.id), conversation_id=str(call.conversation_id), status=listed.status)
    return call


async def _conversation(session: AsyncSession, listed: ListedCall) -> Conversation:
    """Where it belongs. With the newest call of theirs, if that came later, and goes on as it is, or was missed too."""
    if not is_withheld(listed.caller):
        newest = await calls.newest(session, listed.caller, listed.line)
        is_later = newest is not None and newest.started_at >= listed.started_at
        if newest is not None and (is_later or await calls.was_missed(session, newest)):
            return newest.conversation
    form = {"From": listed.caller, "To": listed.line}
    return (await arriving.conversation_for(session, form, listed.sid))[0]
