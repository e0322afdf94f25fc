"""Dial with numbers: rings them all at once, whispers to whoever picks up first, and puts the caller through.

Rules: https://www.twilio.com/docs/voice/twiml/dial and https://www.twilio.com/docs/voice/twiml/number (read 26 November
2026).
"""

from urllib.parse import urljoin

from api import clock
from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_call_parts import Dialling
from api.clients.pretend_forms import new_sid
from api.clients.pretend_listening import Listener
from api.clients.pretend_twiml import Verb

_RING_SECONDS = 30


class Dialler(Listener):
    """Rings phones, for us or for a caller."""

    async def _ring(self, call: PassedCall) -> None:
        if self.is_off(call.to):
            await self.end(call, "no-answer")
            return
        if call.status == "queued":
            call.status = "ringing"
            self.tell()
            await self._report(call, "ringing")
            self._timer(call, call.ring_seconds, self._ring_out)

    async def _ring_out(self, call: PassedCall) -> None:
        if call.status == "ringing":
            await self.end(call, "no-answer")

    async def _verb(self, call: PassedCall, verb: Verb, rest: list[Verb]) -> bool:
        if verb.name != "Dial":
            return await super()._verb(call, verb, rest)
        if not verb.is_on("answerOnBridge"):
            self._pick_up(call)
        action = urljoin(call.document, verb.says("action")) if verb.says("action") else ""
        call.dial = dial = Dialling(verb, action, rest)
        numbers = verb.inner or (Verb("Number", {}, verb.words, ()),)
        dial.legs = [self._leg(call, verb, number) for number in numbers]
        for leg in dial.legs:
            await self._report(leg, "initiated")
        for leg in list(dial.legs):
            await self._ring(leg)
        return False

    def _leg(self, call: PassedCall, dial: Verb, number: Verb) -> PassedCall:
        leg = PassedCall(new_sid("CA"), number.words, dial.says("callerId", call.sender), clock.now())
        leg.parent, leg.document = call, call.document
        leg.url, leg.callback = number.says("url"), number.says("statusCallback")
        leg.callback = urljoin(call.document, leg.callback) if leg.callback else ""
        leg.events = tuple(number.says("statusCallbackEvent", "completed").split())
        leg.ring_seconds = dial.number("timeout", _RING_SECONDS)
        self._keep(leg)
        return leg

    async def answer(self, call: PassedCall) -> None:
        """Somebody, or an answering machine, picks up."""
        if call.status != "ringing" or call.inbound:
            return
        call.status, call.answered_at = "in-progress", clock.now()
        self.tell()
        await self._report(call, "answered")
        if call.twiml:
            await self._go(self._play(call, call.twiml))
        elif call.parent is None or call.url:
            await self._go(self._ask(call, call.url))
        else:
            await self._bridge(call)

    async def _out_of_words(self, call: PassedCall) -> None:
        """A whisper that is over puts the caller through."""
        if call.parent is not None and call.parent.dial is not None and call in call.parent.dial.legs:
            await self._bridge(call)
        else:
            await super()._out_of_words(call)

    async def _bridge(self, leg: PassedCall) -> None:
        """The caller and whoever picked up speak; all other phones stop."""
        caller = leg.parent
        if caller is None or caller.is_over or caller.dial is None or caller.dial.bridged is not None:
            await self.end(leg, "completed")
            return
        caller.dial.bridged = leg
        self._pick_up(caller)
        self._hear(leg, f"(You are speaking with the {'carer' if caller.inbound else 'nurse'}.)")
        self._hear(caller, f"(You are speaking with the {'nurse' if caller.inbound else 'carer'}.)")
        await self._drop_legs([one for one in caller.dial.legs if one is not leg])

    async def _drop_legs(self, legs: list[PassedCall]) -> None:
        for leg in legs:
            await self.end(leg, "completed" if leg.answered_at else "canceled")

    async def _leg_over(self, leg: PassedCall) -> None:
        """A leg has ended or was sent elsewhere: the caller goes on when no other can still be answered."""
        caller = leg.parent
        if caller is None or caller.dial is None or leg not in caller.dial.legs:
            return
        dial = caller.dial
        if dial.bridged is None:
            if any(not one.is_over and one is not leg for one in dial.legs):
                return
        elif dial.bridged is not leg:
            return
        caller.dial = None
        if not caller.is_over:
            status = leg.status if leg.is_over else "completed"
            outcome = {"DialCallSid": leg.sid, "DialCallStatus": status, "DialCallDuration": str(leg.seconds)}
            await self._after_dial(
                caller, dial.action, dial.rest, outcome | {"DialBridged": "true" if dial.bridged else "false"}
            )

    async def _after_dial(self, call: PassedCall, action: str, rest: list[Verb], outcome: dict[str, str]) -> None:
        if action:
            await self._go(self._ask(call, action, **outcome))
        else:
            self._overtake(call)
            await self._go(self._do(call, rest))

    async def press(self, call: PassedCall, key: str) -> None:
        """A key; star ends what was dialled where the Dial says so."""
        if key == "*" and call.dial is not None and call.dial.verb.is_on("hangupOnStar") and not call.lost:
            self._hear(call, "(Key *)")
            bridged = call.dial.bridged
            await self._drop_legs([bridged] if bridged else list(call.dial.legs))
        else:
            await super().press(call, key)

    async def _listen(self, call: PassedCall, words: str, understood: str, confidence: float) -> None:
        """Between people who are put through, the other one hears it."""
        for leg in (call, call.parent):
            if leg is not None and leg.dial is not None and leg.dial.bridged is not None:
                other = leg.dial.bridged if leg is call else leg
                self._hear(other, f"(They say: {words})")
                return
        await super()._listen(call, words, understood, confidence)
