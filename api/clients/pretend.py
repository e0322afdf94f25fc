"""A pretend carrier for local use and tests: the parts of Twilio's REST API that we call, and signed webhooks back.

It keeps what passes in memory. A phone can be switched off (texts to it come back undelivered), be broken (the API
answers 503) or have opted out (error 21610), so that every failure that we must survive can be made to happen.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

import aiohttp
from twilio.request_validator import RequestValidator

from api import clock
from api.clients.carrier import OPTED_OUT


class Behaviour(StrEnum):
    """What happens to texts that are sent to a phone."""

    ON = "on"
    OFF = "off"
    BROKEN = "broken"
    OPTED_OUT = "opted_out"


@dataclass
class PassedText:
    """One text that went through, either way."""

    sid: str
    to: str
    sender: str
    body: str
    at: datetime
    inbound: bool
    status: str = "queued"
    error_code: int | None = None
    seq: int = 0


class Refused(Exception):
    """The carrier's API says no: HTTP status, Twilio's code, message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class PretendCarrier:
    """The carrier. `webhooks`: number -> the path at `public_url` that its incoming texts are posted to."""

    auth_token: str
    account_sid: str
    public_url: str
    webhooks: dict[str, str] = field(default_factory=dict)
    reach: str = ""  # Where the public URL is reached from here, if that differs (tests).
    texts: list[PassedText] = field(default_factory=list)
    phones: dict[str, Behaviour] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _http: aiohttp.ClientSession | None = None
    _pending: set[asyncio.Task[None]] = field(default_factory=set)

    def accept(self, form: dict[str, str]) -> PassedText:
        """A text that we ask the carrier to send. Raises Refused as Twilio would."""
        to, body, sender = form.get("To", ""), form.get("Body", ""), form.get("From", "")
        if not to.startswith("+"):
            raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not body:
            raise Refused(400, 21602, "Message body is required.")
        behaviour = self.phones.get(to, Behaviour.ON)
        if behaviour == Behaviour.BROKEN:
            raise Refused(503, 20503, "Service unavailable")
        if behaviour == Behaviour.OPTED_OUT:
            raise Refused(400, OPTED_OUT, "Attempt to send to unsubscribed recipient")
        text = self._keep(to, sender, body, inbound=False)
        if callback := form.get("StatusCallback"):
            self._soon(self._report(text, callback, behaviour))
        return text

    def _keep(self, to: str, sender: str, body: str, inbound: bool) -> PassedText:
        text = PassedText(new_sid(), to, sender, body, clock.now(), inbound, seq=len(self.texts) + 1)
        self.texts.append(text)
        self._tell()
        return text

    def _tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    def _soon(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def _report(self, text: PassedText, callback: str, behaviour: Behaviour) -> None:
        """Delivery reports, as they come: sent, then delivered or undelivered."""
        last = "undelivered" if behaviour == Behaviour.OFF else "delivered"
        for status in ("sent", last):
            text.status = status
            form = {"MessageSid": text.sid, "MessageStatus": status, "To": text.to, "From": text.sender}
            if status == "undelivered":
                text.error_code = 30003
                form["ErrorCode"] = "30003"
            self._tell()
            await self.post(callback.removeprefix(self.public_url), form)

    async def send_in(self, sender: str, to: str, body: str, sid: str = "", **extra: str) -> int:
        """Somebody texts one of our numbers: the signed webhook is posted. Returns the HTTP status of our answer."""
        text = self._keep(to, sender, body, inbound=True)
        text.status = "received"
        form = {
            "MessageSid": sid or text.sid,
            "AccountSid": self.account_sid,
            "From": sender,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            **extra,
        }
        return await self.post(self.webhooks.get(to, "/twilio/sms"), form)

    async def post(self, path: str, form: dict[str, str]) -> int:
        """Post a form to our public address, signed as Twilio signs."""
        signature = RequestValidator(self.auth_token).compute_signature(f"{self.public_url}{path}", form)
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        try:
            async with self._http.post(
                f"{self.reach or self.public_url}{path}", data=form, headers={"X-Twilio-Signature": signature}
            ) as answer:
                await answer.read()
                return answer.status
        except aiohttp.ClientError:
            return 0  # Nobody answered: Twilio would note error 11200 and not send it again.

    def to_phone(self, number: str) -> list[PassedText]:
        """What this phone has received from us, oldest first."""
        return [text for text in self.texts if text.to == number and not text.inbound and text.status != "undelivered"]

    async def close(self) -> None:
        """Wait for reports under way and close."""
        if self._pending:
            await asyncio.gather(*self._pending, return_exceptions=True)
        if self._http is not None:
            await self._http.close()


def new_sid() -> str:
    """A message SID as Twilio's look."""
    return f"SM{secrets.token_hex(16)}"


def as_json(text: PassedText, account_sid: str) -> dict[str, Any]:
    """A text in the shape of Twilio's Message resource."""
    moment = format_datetime(text.at)
    return {
        "sid": text.sid,
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "to": text.to,
        "from": text.sender,
        "body": text.body,
        "status": text.status,
        "direction": "inbound" if text.inbound else "outbound-api",
        "error_code": text.error_code,
        "error_message": None,
        "num_segments": "1",
        "num_media": "0",
        "date_created": moment,
        "date_updated": moment,
        "date_sent": moment,
        "messaging_service_sid": None,
        "price": None,
        "price_unit": "USD",
        "subresource_uris": {},
        "uri": f"/2010-04-01/Accounts/{account_sid}/Messages/{text.sid}.json",
    }
