"""Asking the carrier, every minute, for the calls of late to every line."""

from dataclasses import dataclass, field
from datetime import datetime

from api import clock, logs, telephone
from api.channels.voice.lists import rules, service
from api.clients import twilio
from api.clients.carrier import CarrierError, ListedCall
from api.conversations.carer_calls import service as calls
from api.database import transaction
from api.people import service as people

_log = logs.get(__name__)


@dataclass
class Looks:
    """When this process last saw the whole list of a line. Not kept: after a restart it looks back further instead."""

    last: dict[str, datetime] = field(default_factory=dict)

    async def look(self) -> None:
        """Ask for every line's calls and catch up with each. One line, or one call, that fails stops no other."""
        async with transaction() as session:
            lines = await people.lines(session)
        for line in lines:
            await self._look_at(line)

    async def _look_at(self, line: str) -> None:
        now, wanted = clock.now(), telephone.wanted()
        async with transaction() as session:
            going_on = await calls.going_on_since(session, line)
        since = rules.since(self.last.get(line), going_on, now, wanted.look_back, wanted.look_back_at_first)
        try:
            listed = await twilio.calls_to(line, since)
        except CarrierError as error:
            _log.warning("calls_not_listed", status=error.status, code=error.code)
            return
        if all([await _catch_up(one) for one in listed]):
            self.last[line] = now


async def _catch_up(listed: ListedCall) -> bool:
    try:
        async with transaction() as session:
            await service.see_to(session, listed)
    except Exception:  # The next look tries it again.
        _log.exception("call_not_caught_up")
        return False
    return True


sweep = Looks().look
