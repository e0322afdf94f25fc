"""Calls in Twilio's own shapes: the Call resource, what is posted while a call goes on, and when it is over.

Sources: Twilio's OpenAPI description (npm `@twilio/cli-core`, `twilio_api_v2010.json`) for the Call resource, which a
test checks; https://www.twilio.com/docs/voice/twiml for what is asked while a call goes on;
https://www.twilio.com/docs/voice/api/call-resource for reports (read 26 November 2026).
"""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from api.clients.pretend_forms import API_VERSION
from api.clients.pretend_twiml import Verb

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
_PARTS = ("events", "notifications", "payments", "recordings", "siprec", "streams", "transcriptions")


@dataclass
class Waiting:
    """A call that waits for a key: where the key goes, and what is done without one."""

    action: str
    asks_again: bool  # Nothing pressed is told as well (actionOnEmptyResult).
    rest: list[Verb]


@dataclass
class PassedCall:
    """One call that went through. `heard` is what was spoken to whoever picked it up, and which keys they pressed."""

    sid: str
    to: str
    sender: str
    at: datetime
    url: str = ""
    twiml: str = ""  # In place of an address: what is spoken.
    callback: str = ""
    events: tuple[str, ...] = ("completed",)
    ring_seconds: int = 60
    seq: int = 0
    status: str = "queued"
    heard: list[str] = field(default_factory=list)
    waiting: Waiting | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    parent: "PassedCall | None" = None  # The call that was put through to this one.
    action: str = ""  # Of a call that is put through: where it is told that this one is over.

    @property
    def seconds(self) -> int:
        """How long it lasted, once it is over."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return round((self.ended_at - self.answered_at).total_seconds())


def call_as_json(call: PassedCall, account_sid: str) -> dict[str, Any]:
    """A call in the shape of Twilio's Call resource."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "to": call.to,
        "to_formatted": call.to,
        "from": call.sender,
        "from_formatted": call.sender,
        "status": call.status,
        "direction": _direction(call),
        "parent_call_sid": call.parent.sid if call.parent else None,
        "date_created": format_datetime(call.at),
        "date_updated": format_datetime(call.ended_at or call.answered_at or call.at),
        "start_time": format_datetime(call.answered_at) if call.answered_at else None,
        "end_time": format_datetime(call.ended_at) if call.ended_at else None,
        "duration": str(call.seconds) if call.ended_at else None,
        "queue_time": "0",
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "answered_by": None,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "trunk_sid": None,
        "subresource_uris": {part: f"{uri}/{part.capitalize()}.json" for part in _PARTS},
        "uri": f"{uri}.json",
    }


def _direction(call: PassedCall) -> str:
    return "outbound-dial" if call.parent else "outbound-api"


def voice_form(call: PassedCall, account_sid: str) -> dict[str, str]:
    """What Twilio posts to hear what it should say next."""
    form = {
        "CallSid": call.sid,
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": call.sender,
        "To": call.to,
        "Called": call.to,
        "Caller": call.sender,
        "CallStatus": call.status,
        "Direction": _direction(call),
        "FromCountry": "GB",
        "ToCountry": "GB",
    }
    return form | {"ParentCallSid": call.parent.sid} if call.parent else form


def call_report(call: PassedCall, account_sid: str) -> dict[str, str]:
    """What Twilio posts when a call has come further."""
    form = voice_form(call, account_sid)
    form |= {"CallbackSource": "call-progress-events", "Timestamp": format_datetime(call.ended_at or call.at)}
    if call.status in OVER:
        form |= {"CallDuration": str(call.seconds), "SequenceNumber": "1"}
    return form
