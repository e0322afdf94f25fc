"""Playing TwiML on a call: what is said, and what is done verb by verb until something must be waited for."""

from urllib.parse import urljoin

from api import clock
from api.clients.pretend_call_forms import PassedCall, voice_form
from api.clients.pretend_forms import new_sid
from api.clients.pretend_telephone import SPOKEN_IN_A_SECOND, Telephone
from api.clients.pretend_twiml import NO_TWIML, TwimlFault, Verb, answered, verbs

FAULT = "(An application error has occurred.)"
SOUND, BEEP = "(sound)", "(Beep)"
_SOUND_SECONDS, _LONGEST_LOOP = 3, 10
_WAIT_LOOP = 2  # A silence of so many seconds makes a document that comes back a wait loop.
_MOST_DOCUMENTS = 30  # Played one after the other without anything but time for a cause.
_NO_SOCKET, _NO_STREAM = 64102, 31920  # Twilio's codes for a WebSocket that cannot be reached.


class Player(Telephone):
    """Asks us what comes next in a call, and does it."""

    async def _ask(self, call: PassedCall, address: str, **more: str) -> None:
        turn = self._overtake(call)
        call.waiting, call.again = None, ""
        address = urljoin(call.document, address)
        form = voice_form(call, self.account_sid) | more
        status, document = await self.wire.ask(address, form, call.phone)
        if call.turn != turn or call.is_over:
            return
        try:
            wanted = answered(status, document)
        except TwimlFault as fault:
            await self._fail(call, address, fault)
            return
        call.document = address
        call.played.add(address)
        await self._do(call, wanted)

    async def _fail(self, call: PassedCall, address: str, fault: TwimlFault) -> None:
        """Ask the fallback, once; without one, or if it fails too, the call ends as at Twilio."""
        self.wire.blame(address, call.phone, str(fault))
        fallback, call.fallback = call.fallback, ""
        if fallback:
            await self._ask(call, fallback, ErrorCode=str(fault.code), ErrorUrl=self.wire.whole(address))
            call.fallback = fallback
        else:
            self._pick_up(call)
            self._hear(call, FAULT)
            await self.end(call, "completed")

    async def _play(self, call: PassedCall, document: str) -> None:
        """Play a document that nobody had to be asked for."""
        self._overtake(call)
        call.waiting, call.again = None, ""
        try:
            wanted = verbs(document)
        except TwimlFault as fault:
            await self._fail(call, call.document, fault)
        else:
            await self._do(call, wanted)

    async def _do(self, call: PassedCall, wanted: list[Verb]) -> None:
        turn, call.paused = call.turn, False
        for place, verb in enumerate(wanted):
            if not await self._verb(call, verb, wanted[place + 1 :]) or call.turn != turn or call.is_over:
                return
        await self._out_of_words(call)

    async def _out_of_words(self, call: PassedCall) -> None:
        """The document is at its end."""
        self._pick_up(call)
        await self.end(call, "completed")

    async def _verb(self, call: PassedCall, verb: Verb, rest: list[Verb]) -> bool:
        """Do one verb. Returns whether the document goes on after it."""
        if verb.name in ("Say", "Play", "Pause"):
            return await self._sound(call, verb)
        if verb.name == "Redirect":
            await self._redirect(call, urljoin(call.document, verb.words))
        elif verb.name == "Connect":
            return await self._connect(call, verb)
        elif verb.name == "Reject" and call.status == "ringing":
            await self.end(call, "busy" if verb.says("reason") == "busy" else "no-answer")
        else:
            await self.end(call, "completed")  # Hangup, and a Reject that comes too late.
        return False

    async def _sound(self, call: PassedCall, verb: Verb) -> bool:
        """Say, play or be silent. A loop without end is heard a few times. Returns whether nothing overtook it."""
        if verb.name == "Pause":
            seconds = verb.number("length", 1)
            call.paused = call.paused or seconds >= _WAIT_LOOP
            return await self._lasts(call, seconds)
        self._pick_up(call)
        words = verb.words if verb.name == "Say" else SOUND
        lasts = len(words) / SPOKEN_IN_A_SECOND if verb.name == "Say" else _SOUND_SECONDS
        endless = _LONGEST_LOOP if self.real_time else 1
        for _ in range(verb.number("loop", 1) or endless):
            if not call.lost:
                self._hear(call, words)
            if not await self._lasts(call, lasts):
                return False
        return True

    def _pick_up(self, call: PassedCall) -> None:
        """Twilio picks up when there is something to hear: neither for Reject nor for a Pause that comes first."""
        if call.inbound and call.status == "ringing":
            call.status, call.answered_at = "in-progress", clock.now()
            self.tell()

    async def _redirect(self, call: PassedCall, address: str) -> None:
        """Go on there. A loop that only time ends waits, where time stands still, until a test lets it pass."""
        loop = call.paused or address in call.played or len(call.played) >= _MOST_DOCUMENTS
        self._pick_up(call)
        if loop and not self.real_time:
            call.again = address
            self.tell()
        else:
            await self._ask(call, address)

    async def _connect(self, call: PassedCall, verb: Verb) -> bool:
        """Nothing here speaks over a WebSocket: refused, or, where that is switched on, tried in vain."""
        kind = verb.inner[0].name if verb.inner else "Connect"
        if not self.connects or not verb.inner:
            await self._fail(call, call.document, TwimlFault(NO_TWIML, f"{kind} is not played here"))
            return False
        self._pick_up(call)
        if not verb.says("action"):
            return True
        code = _NO_SOCKET if kind == "ConversationRelay" else _NO_STREAM
        outcome = {"SessionId": new_sid("VX"), "SessionStatus": "failed", "SessionDuration": "0"}
        outcome |= {"ErrorCode": str(code), "ErrorMessage": "Unable to connect to the WebSocket URL"}
        await self._ask(call, verb.says("action"), **outcome)
        return False
