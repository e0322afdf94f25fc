"""A pretend carrier for local use and tests: the parts of Twilio's REST API that we call, and signed webhooks back.

Texts are here; calls, which it passes on, in `pretend_calls`. It keeps the newest 2,000 texts in memory. A phone can be
switched off (texts to it come back undelivered), be broken (the API answers 503) or have opted out (error 21610), so
that every failure that we must survive can be made to happen. Real Twilio opts a phone out of one sender; here a phone
is opted out of all, because each texts one number.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from api import clock
from api.clients.carrier import OPTED_OUT
from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_call_parts import PretendNumber
from api.clients.pretend_calls import Switchboard
from api.clients.pretend_forms import (
    CARRIER_REPLIES,
    OptOut,
    PassedText,
    inbound_form,
    new_sid,
    report_form,
    reserved_word,
)
from api.clients.pretend_refusals import Refused, check
from api.clients.pretend_webhooks import Webhooks

KEPT_TEXTS = 2_000
UNREACHABLE = 30003  # Twilio's code for a phone that is switched off.


class Behaviour(StrEnum):
    """What happens to texts that are sent to a phone."""

    ON = "on"
    OFF = "off"
    BROKEN = "broken"
    OPTED_OUT = "opted_out"


# What a reserved word does to a phone that behaves so. Any other pair changes nothing and is not answered.
_OBEYED = {
    (OptOut.STOP, Behaviour.ON): Behaviour.OPTED_OUT,
    (OptOut.START, Behaviour.OPTED_OUT): Behaviour.ON,
    (OptOut.HELP, Behaviour.ON): Behaviour.ON,
}


@dataclass
class PretendCarrier:
    """The carrier. `webhooks`: number -> the path at `public_url` that its incoming texts are posted to.

    `voice` is how our numbers are set up for calls; one number may be set up otherwise in `switchboard.numbers`.
    """

    auth_token: str
    account_sid: str
    public_url: str
    webhooks: dict[str, str] = field(default_factory=dict)
    reach: str = ""  # Where the public URL is reached from here, if that differs (tests).
    api_url: str = "https://api.twilio.com"  # Where the pictures of picture messages are fetched.
    service_sid: str = ""  # The Messaging Service that holds the numbers that are not in `webhooks`.
    advanced_opt_out: bool = False  # Webhooks say what a reserved word did (OptOutType).
    voice: PretendNumber = field(
        default_factory=lambda: PretendNumber("/twilio/voice", status_callback="/twilio/voice/status")
    )
    pace: float = 0.0  # Seconds that each step of a delivery takes.
    texts: list[PassedText] = field(default_factory=list)
    phones: dict[str, Behaviour] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    wire: Webhooks = field(init=False)
    switchboard: Switchboard = field(init=False)
    _seq: int = 0
    _pending: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.wire = Webhooks(self.auth_token, self.public_url, self.reach, self._next)
        self.switchboard = Switchboard(
            self.account_sid,
            self.wire,
            self._next,
            self.tell,
            self._soon,
            lambda number: self.behaviour(number) == Behaviour.OFF,
            self.api_url,
            self.voice,
        )

    def _next(self) -> int:
        self._seq += 1
        self.tell()
        return self._seq

    def tell(self) -> None:
        """Something changed: wake whoever waits for `changed`."""
        self.changed.set()
        self.changed = asyncio.Event()

    def behaviour(self, number: str) -> Behaviour:
        """How this phone behaves."""
        return Behaviour(self.phones.get(number, Behaviour.ON))

    def accept(self, form: dict[str, str]) -> PassedText:
        """A text that we ask the carrier to send. Raises Refused as Twilio would."""
        check(form)
        to, service = form["To"], form.get("MessagingServiceSid", "")
        behaviour = self.behaviour(to)
        if behaviour == Behaviour.BROKEN:
            raise Refused(503, 20503, "Service unavailable")
        if behaviour == Behaviour.OPTED_OUT and not service:
            raise Refused(400, OPTED_OUT, "Attempt to send to unsubscribed recipient")
        sender, body = form.get("From", ""), form.get("Body", "")
        text = self._keep(PassedText(new_sid(), to, sender, body, clock.now(), inbound=False))
        text.status, text.service_sid = "accepted" if service else "queued", service
        self._soon(self._report(text, form.get("StatusCallback", ""), behaviour))
        return text

    def place(self, form: dict[str, str]) -> PassedCall:
        """A call that we ask the carrier to place. Raises Refused as Twilio would."""
        if self.behaviour(form.get("To", "")) == Behaviour.BROKEN:
            raise Refused(503, 20503, "Service unavailable")
        return self.switchboard.accept(form)

    def _keep(self, text: PassedText) -> PassedText:
        text.seq = self._next()
        self.texts.append(text)
        del self.texts[:-KEPT_TEXTS]
        return text

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def _report(self, text: PassedText, callback: str, behaviour: Behaviour) -> None:
        """Delivery reports, as they come. A Messaging Service takes a text first and finds out the rest afterwards."""
        for status, code in _steps(behaviour, bool(text.service_sid)):
            if self.pace:
                await asyncio.sleep(self.pace)
            text.status, text.error_code = status, code
            self.tell()
            if callback:
                await self.post(callback, report_form(text, self.account_sid), text.to)

    async def send_in(self, sender: str, to: str, body: str, sid: str = "", picture: bool = False, **extra: str) -> int:
        """Somebody texts one of our numbers: the signed webhook is posted. Returns the HTTP status of our answer.

        With the `sid` of a text that went through before, that text's webhook is posted once more, whatever is new.
        """
        before = next((one for one in self.texts if sid and one.sid == sid), None)
        if before is not None:
            return await self.repeat(before)
        text = PassedText(sid or new_sid("MM" if picture else "SM"), to, sender, body, clock.now(), inbound=True)
        text.status, text.picture = "received", picture
        text.service_sid = "" if to in self.webhooks else self.service_sid
        text.form = inbound_form(self._keep(text), self.account_sid, self.api_url)
        word = self._obey(text)
        text.form |= {"OptOutType": word} if word and self.advanced_opt_out else {}
        text.form |= extra
        return await self._deliver(text)

    async def repeat(self, text: PassedText) -> int:
        """Post the webhook of an incoming text once more, with the same MessageSid. Returns our answer's status."""
        text.times += 1
        return await self._deliver(text)

    async def _deliver(self, text: PassedText) -> int:
        text.answered = await self.post(self.webhooks.get(text.to, "/twilio/sms"), text.form, text.sender)
        self.tell()
        return text.answered

    def _obey(self, text: PassedText) -> OptOut | None:
        """Opt the sender out or in if the text is a reserved word, and answer it, as Twilio does by itself."""
        word = reserved_word(text.body) if text.sender.startswith("+") else None
        if word is None:
            return None
        after = _OBEYED.get((word, self.behaviour(text.sender)))
        if after is not None:
            self.phones[text.sender] = after
            answer = PassedText(new_sid(), text.sender, text.to, CARRIER_REPLIES[word], clock.now(), inbound=False)
            answer.status, answer.by_carrier = "delivered", True
            self._keep(answer)
        return word

    async def post(self, path: str, form: dict[str, str], phone: str = "") -> int:
        """Post a signed form to our public address. Returns the HTTP status, 0 when nobody answered."""
        return await self.wire.post(path, form, phone)

    def to_phone(self, number: str) -> list[PassedText]:
        """What this phone has received from us, oldest first."""
        mine = (text for text in self.texts if text.to == number and not text.inbound and not text.by_carrier)
        return [text for text in mine if text.status not in ("undelivered", "failed")]

    async def settle(self) -> None:
        """Wait for the reports that are under way."""
        while self._pending:
            await asyncio.gather(*self._pending, return_exceptions=True)
            await asyncio.sleep(0)  # Finished work is taken off the list by the loop, which must get a turn.

    async def close(self, wait: bool = True) -> None:
        """Close the connections, after the reports under way; without `wait` these are dropped."""
        if not wait:
            for task in self._pending:
                task.cancel()
        await self.settle()
        await self.switchboard.close()
        await self.wire.close()


def _steps(behaviour: Behaviour, through_service: bool) -> list[tuple[str, int | None]]:
    """The states that a text goes through after it was taken, with Twilio's code for what went wrong."""
    if behaviour == Behaviour.OPTED_OUT:
        return [("failed", OPTED_OUT)]
    last = ("undelivered", UNREACHABLE) if behaviour == Behaviour.OFF else ("delivered", None)
    queued: list[tuple[str, int | None]] = [("queued", None)] if through_service else []
    return [*queued, ("sent", None), last]
