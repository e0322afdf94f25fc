"""What every call through the pretend carrier has: a place in a list, something that is heard, reports, and time.

Time has two ways. In tests nothing takes any, and what waits for time waits until a test says so. On the handset page
(`real_time`) what is said takes as long as it takes to say, and waits end by themselves.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from api.clients.pretend_call_forms import PassedCall, call_report
from api.clients.pretend_call_parts import PretendNumber, Room
from api.clients.pretend_webhooks import Webhooks

KEPT_CALLS = 500
SPOKEN_IN_A_SECOND = 13  # Characters, at the slow pace of our voice.
Work = Coroutine[Any, Any, None]


@dataclass
class Telephone:
    """The calls. `soon` does something without being waited for; `is_off` tells whether a phone is switched off."""

    account_sid: str
    wire: Webhooks
    numbered: Callable[[], int]
    tell: Callable[[], None]
    soon: Callable[[Work], None]
    is_off: Callable[[str], bool]
    api_url: str = "https://api.twilio.com"  # Where recordings are said to be.
    number: PretendNumber = field(default_factory=lambda: PretendNumber("/twilio/voice"))
    numbers: dict[str, PretendNumber] = field(default_factory=dict)  # Those set up otherwise than `number`.
    connects: bool = False  # A Connect is tried, and fails; else it is refused as no TwiML.
    real_time: bool = False
    calls: list[PassedCall] = field(default_factory=list)
    rooms: dict[str, Room] = field(default_factory=dict)
    _timers: set[asyncio.Task[None]] = field(default_factory=set)

    def of(self, number: str) -> list[PassedCall]:
        """The calls on a phone, oldest first."""
        return [call for call in self.calls if call.phone == number]

    def one(self, sid: str) -> PassedCall | None:
        """A call by its SID."""
        return next((call for call in self.calls if call.sid == sid), None)

    def _keep(self, call: PassedCall) -> None:
        call.seq = self.numbered()
        self.calls.append(call)
        del self.calls[:-KEPT_CALLS]

    def _hear(self, call: PassedCall, words: str) -> None:
        call.heard.append(words)
        self.tell()

    async def _report(self, call: PassedCall, event: str) -> None:
        if call.callback and event in call.events:
            await self.wire.post(call.callback, call_report(call, self.account_sid), call.phone)

    def _overtake(self, call: PassedCall) -> int:
        """Stop what is played on a call. Returns its new turn."""
        call.turn += 1
        call.moved.set()
        call.moved = asyncio.Event()
        return call.turn

    async def _lasts(self, call: PassedCall, seconds: float) -> bool:
        """So much time passes, unless it is overtaken. Returns whether it was not."""
        turn = call.turn
        if self.real_time:
            with suppress(TimeoutError):
                await asyncio.wait_for(call.moved.wait(), seconds)
        return call.turn == turn and not call.is_over

    def _later(self, call: PassedCall, seconds: float, work: Callable[[PassedCall], Work]) -> None:
        """In so much real time do it, unless it is overtaken. Where time stands still, a test does it."""
        if self.real_time:
            self._timer(call, seconds, work)

    def _timer(
        self, call: PassedCall, seconds: float, work: Callable[[PassedCall], Work], overtaken: bool = True
    ) -> None:
        """In so much real time do it, unless the call is over by then or has been overtaken, if it can be."""
        turn = call.turn

        async def wait() -> None:
            await asyncio.sleep(seconds)
            if not call.is_over and not (overtaken and call.turn != turn):
                await work(call)

        task = asyncio.ensure_future(wait())
        self._timers.add(task)
        task.add_done_callback(self._timers.discard)

    async def _go(self, work: Work) -> None:
        """Do it now; in real time beside all else, because it takes as long as people speak."""
        if self.real_time:
            self.soon(work)
        else:
            await work

    async def end(self, call: PassedCall, status: str) -> None:
        """The call is over, and why in the carrier's words."""
        raise NotImplementedError

    async def close(self) -> None:
        """Let no phone ring, and nothing be waited for, any longer."""
        for task in self._timers:
            task.cancel()
        await asyncio.gather(*self._timers, return_exceptions=True)
