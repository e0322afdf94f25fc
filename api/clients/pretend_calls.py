"""Calls through the pretend carrier: placed by us or rung by a carer, answered, redirected, and over.

A phone that is switched off is not picked up; a broken carrier refuses the call; whoever wants no texts can be rung.
"""

from api import clock
from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_conferences import Rooms
from api.clients.pretend_forms import new_sid
from api.clients.pretend_refusals import Refused, check_call, check_change

NOT_GOING_ON = 21220  # Twilio's code for changing a call that is over.
LOST_SECONDS = 20  # Until a broken connection is noticed. Real networks differ: some notice at once.


class Switchboard(Rooms):
    """The carrier's calls, as the handset, tests and our own requests handle them."""

    def accept(self, form: dict[str, str]) -> PassedCall:
        """A call that we ask the carrier to place. Raises Refused as Twilio would."""
        check_call(form)
        call = PassedCall(new_sid("CA"), form["To"], form["From"], clock.now(), form.get("Url", ""))
        call.twiml = form.get("Twiml", "")
        call.callback, call.ring_seconds = form.get("StatusCallback", ""), int(form.get("Timeout", "60"))
        call.fallback = form.get("FallbackUrl", "")
        self._keep(call)
        self.soon(self._ring(call))
        return call

    async def ring_line(self, sender: str, to: str, url: str = "", **extra: str) -> PassedCall:
        """Somebody rings one of our numbers: what we answer is played to them.

        `sender` is E.164, `anonymous` for a withheld number, or whatever a relay puts there. `url` stands in for the
        number's own voice URL. `extra` is posted besides in every webhook of the call (`ForwardedFrom`, `SipDomain`).
        """
        ours = self.numbers.get(to, self.number)
        call = PassedCall(new_sid("CA"), to, sender, clock.now(), url or ours.voice_url, inbound=True)
        call.callback, call.fallback, call.extra = ours.status_callback, ours.voice_fallback_url, extra
        call.status = "ringing"
        self._keep(call)
        await self._go(self._ask(call, call.url))
        return call

    async def voicemail(self, call: PassedCall) -> None:
        """An answering machine picks up and listens to the end."""
        await self.answer(call)
        while call.waiting is not None and not self.real_time:
            await self.stay_silent(call)

    async def drop(self, call: PassedCall) -> None:
        """The connection breaks: what is said is heard by nobody, until the carrier notices and ends the call."""
        if call.is_over or call.lost:
            return
        call.lost = True
        self._hear(call, "(The line is dead.)")
        if self.real_time:
            self._timer(call, LOST_SECONDS, self._hang_up, overtaken=False)

    async def _hang_up(self, call: PassedCall) -> None:
        await self.end(call, "completed")

    async def end(self, call: PassedCall, status: str) -> None:
        """The call is over. Whoever it was put through to is hung up on; whoever was put through goes on."""
        if call.is_over:
            return
        waiting = call.waiting
        self._overtake(call)
        call.status, call.ended_at, call.waiting, call.again = status, clock.now(), None, ""
        self.tell()
        if waiting is not None and waiting.records and waiting.words:
            await self._recorded(call, waiting, "hangup")
        await self._let_go(call)
        await self._report(call, "completed")
        await self._leg_over(call)

    async def _let_go(self, call: PassedCall) -> None:
        """Whoever was with this call is without it: those it rang or spoke with, and a conference."""
        dial, call.dial = call.dial, None
        await self._drop_legs(dial.legs if dial else [])
        await self._leave(call)

    def update(self, sid: str, status: str = "", url: str = "", twiml: str = "") -> PassedCall:
        """We ask the carrier to end a call, or to play something else in it at once. Raises Refused.

        `canceled` ends it while it rings, `completed` whenever. `url` and `twiml` are for a call that goes on.
        """
        call = self.one(sid)
        if call is None:
            raise Refused(404, 20404, "The requested resource was not found")
        check_change(status, url, twiml)
        if call.is_over or ((url or twiml) and call.status != "in-progress"):
            raise Refused(400, NOT_GOING_ON, "Call is not in-progress. Cannot redirect.")
        if status == "completed" or (status and call.status in ("queued", "ringing")):
            self.soon(self.end(call, status))
        elif url or twiml:
            self._overtake(call)
            call.waiting, call.again = None, ""
            call.played.clear()
            self.soon(self._turn_to(call, url, twiml))
        return call

    async def _turn_to(self, call: PassedCall, url: str, twiml: str) -> None:
        await self._let_go(call)
        await self._leg_over(call)
        if url:
            await self._ask(call, url)
        else:
            await self._play(call, twiml)
