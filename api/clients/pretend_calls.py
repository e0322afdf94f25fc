"""Calls through the pretend carrier: it rings, says what it is told to say, waits for keys, and puts through.

A phone that is switched off is not picked up; a broken carrier refuses the call; whoever wants no texts can be rung.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from api import clock
from api.clients.pretend_call_forms import OVER, PassedCall, Waiting, call_report, voice_form
from api.clients.pretend_forms import new_sid
from api.clients.pretend_refusals import Refused, check_call
from api.clients.pretend_twiml import Verb, verbs
from api.clients.pretend_webhooks import Webhooks

KEPT_CALLS = 500
NOT_GOING_ON = 21220  # Twilio's code for changing a call that is over.
FAULT = "(An application error has occurred.)"


@dataclass
class Switchboard:
    """The calls. `soon` does something without being waited for; `is_off` tells whether a phone is switched off."""

    account_sid: str
    wire: Webhooks
    numbered: Callable[[], int]
    tell: Callable[[], None]
    soon: Callable[[Coroutine[Any, Any, None]], None]
    is_off: Callable[[str], bool]
    calls: list[PassedCall] = field(default_factory=list)
    _ringing: set[asyncio.Task[None]] = field(default_factory=set)

    def accept(self, form: dict[str, str]) -> PassedCall:
        """A call that we ask the carrier to place. Raises Refused as Twilio would."""
        check_call(form)
        call = PassedCall(new_sid("CA"), form["To"], form["From"], clock.now(), form.get("Url", ""))
        call.twiml = form.get("Twiml", "")
        call.callback, call.ring_seconds = form.get("StatusCallback", ""), int(form.get("Timeout", "60"))
        self._keep(call)
        self.soon(self._ring(call))
        return call

    def _keep(self, call: PassedCall) -> None:
        call.seq = self.numbered()
        self.calls.append(call)
        del self.calls[:-KEPT_CALLS]

    async def _ring(self, call: PassedCall) -> None:
        if self.is_off(call.to):
            await self.end(call, "no-answer")
            return
        if call.status == "queued":
            call.status = "ringing"
            self.tell()
            task = asyncio.ensure_future(self._ring_out(call))
            self._ringing.add(task)
            task.add_done_callback(self._ringing.discard)

    async def _ring_out(self, call: PassedCall) -> None:
        await asyncio.sleep(call.ring_seconds)
        if call.status == "ringing":
            await self.end(call, "no-answer")

    def of(self, number: str) -> list[PassedCall]:
        """The calls to a phone, oldest first."""
        return [call for call in self.calls if call.to == number]

    def one(self, sid: str) -> PassedCall | None:
        """A call by its SID."""
        return next((call for call in self.calls if call.sid == sid), None)

    async def answer(self, call: PassedCall) -> None:
        """Somebody, or an answering machine, picks up."""
        if call.status != "ringing":
            return
        call.status, call.answered_at = "in-progress", clock.now()
        await self._report(call, "answered")
        if call.twiml:
            await self._do(call, verbs(call.twiml))
        elif call.parent is None:
            await self._ask(call, call.url)
        else:
            self._hear(call, "(You are speaking with the nurse.)")
            self._hear(call.parent, "(You are speaking with the carer.)")

    async def press(self, call: PassedCall, key: str) -> None:
        """A key is pressed. Where none is asked for it does nothing, as on a real call."""
        waiting, call.waiting = call.waiting, None
        if waiting is not None:
            self._hear(call, f"(Key {key})")
            await self._ask(call, waiting.action, Digits=key)

    async def stay_silent(self, call: PassedCall) -> None:
        """No key is pressed until the carrier waits no longer."""
        waiting, call.waiting = call.waiting, None
        if waiting is None:
            return
        if waiting.asks_again:
            await self._ask(call, waiting.action, Digits="")
        else:
            await self._do(call, waiting.rest)

    async def voicemail(self, call: PassedCall) -> None:
        """An answering machine picks up and listens to the end."""
        await self.answer(call)
        while call.waiting is not None:
            await self.stay_silent(call)

    async def end(self, call: PassedCall, status: str) -> None:
        """The call is over. Whoever it was put through to is hung up on; whoever was put through goes on."""
        if call.status in OVER:
            return
        call.status, call.ended_at, call.waiting = status, clock.now(), None
        self.tell()
        for child in [one for one in self.calls if one.parent is call]:
            await self.end(child, "completed" if child.answered_at else "canceled")
        await self._report(call, "completed")
        if call.parent is not None and call.parent.status not in OVER:
            outcome = {"DialCallSid": call.sid, "DialCallStatus": status, "DialCallDuration": str(call.seconds)}
            await self._ask(call.parent, call.action, **outcome)

    def update(self, sid: str, status: str) -> PassedCall:
        """We ask the carrier to end a call: `canceled` while it rings, `completed` whenever. Raises Refused."""
        call = self.one(sid)
        if call is None:
            raise Refused(404, 20404, "The requested resource was not found")
        if call.status in OVER:
            raise Refused(400, NOT_GOING_ON, "Call is not in-progress. Cannot redirect.")
        if status == "completed" or call.status in ("queued", "ringing"):
            self.soon(self.end(call, status))
        return call

    async def _report(self, call: PassedCall, event: str) -> None:
        if call.callback and event in call.events:
            await self.wire.post(call.callback, call_report(call, self.account_sid), call.to)

    async def _ask(self, call: PassedCall, address: str, **more: str) -> None:
        """Ask us what comes next in this call, and do it. What cannot be read ends the call, as at Twilio."""
        status, document = await self.wire.ask(address, voice_form(call, self.account_sid) | more, call.to)
        try:
            if not 200 <= status < 300:
                raise ValueError(f"answered {status}")
            await self._do(call, verbs(document))
        except ValueError:
            self._hear(call, FAULT)
            await self.end(call, "completed")

    async def _do(self, call: PassedCall, wanted: list[Verb]) -> None:
        for place, verb in enumerate(wanted):
            if call.status in OVER:
                return
            if verb.name == "Say":
                self._hear(call, verb.words)
            elif verb.name == "Gather":
                self._wait(call, verb, wanted[place + 1 :])
                return
            elif verb.name == "Redirect":
                await self._ask(call, verb.words)
                return
            elif verb.name == "Dial":
                await self._put_through(call, verb)
                return
            elif verb.name == "Hangup":
                break
        await self.end(call, "completed")

    def _wait(self, call: PassedCall, gather: Verb, rest: list[Verb]) -> None:
        for verb in gather.inner:
            if verb.name == "Say":
                self._hear(call, verb.words)
        asks_again = gather.attributes.get("actionOnEmptyResult") == "true"
        call.waiting = Waiting(gather.attributes["action"], asks_again, rest)
        self.tell()

    async def _put_through(self, call: PassedCall, dial: Verb) -> None:
        number = dial.inner[0]
        child = PassedCall(new_sid("CA"), number.words, dial.attributes.get("callerId", call.sender), clock.now())
        child.parent, child.action = call, dial.attributes["action"]
        child.callback = number.attributes.get("statusCallback", "")
        child.events = tuple(number.attributes.get("statusCallbackEvent", "completed").split())
        child.ring_seconds = int(dial.attributes.get("timeout", "30"))
        self._keep(child)
        await self._ring(child)

    def _hear(self, call: PassedCall, words: str) -> None:
        call.heard.append(words)
        self.tell()

    async def close(self) -> None:
        """Let no phone ring any longer."""
        for task in self._ringing:
            task.cancel()
        await asyncio.gather(*self._ringing, return_exceptions=True)
