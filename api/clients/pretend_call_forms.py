"""Calls in Twilio's own shapes: the Call resource, what is posted while a call goes on, and when it is over.

Sources: Twilio's OpenAPI description (npm `@twilio/cli-core`, `twilio_api_v2010.json`) for the Call resource, which a
test checks; https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application for what is asked while a call
goes on; https://www.twilio.com/docs/voice/api/call-resource for reports (read 26 November 2026).
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from api.clients.pretend_call_parts import Dialling, Room, Waiting
from api.clients.pretend_forms import API_VERSION

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
_PARTS = ("events", "notifications", "payments", "recordings", "siprec", "streams", "transcriptions")


@dataclass(eq=False)
class PassedCall:
    """One call that went through. `inbound`: somebody rang a number of ours; else the call is to them.

    `heard` is what came out of the phone of whoever is not us, and in brackets what they did and what is no speech.
    `turn` is counted up whenever what is played is overtaken by something else, and `moved` tells whoever waits.
    """

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
    inbound: bool = False
    fallback: str = ""  # Asked when another address gives no TwiML.
    extra: dict[str, str] = field(default_factory=dict)  # Fields that each of its webhooks has besides.
    document: str = ""  # The address of what is played.
    dial: Dialling | None = None
    room: Room | None = None
    again: str = ""  # What a wait loop asks next, where time stands still.
    lost: bool = False  # The connection broke, and neither side has noticed.
    turn: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    paused: bool = False  # The document has waited in silence, so that one which comes back to it is a wait loop.
    played: set[str] = field(default_factory=set)  # Addresses since anything but time was the cause.

    @property
    def phone(self) -> str:
        """The telephone that this call is on: the caller's, or the one that is called."""
        return self.sender if self.inbound else self.to

    @property
    def is_over(self) -> bool:
        """It has ended, however."""
        return self.status in OVER

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
        "start_time": None if call.status == "queued" else format_datetime(call.at),
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
    if call.inbound:
        return "inbound"
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
        "FromCountry": "GB" if call.sender.startswith("+") else "",
        "ToCountry": "GB",
    }
    return form | call.extra | ({"ParentCallSid": call.parent.sid} if call.parent else {})


def call_report(call: PassedCall, account_sid: str) -> dict[str, str]:
    """What Twilio posts when a call has come further."""
    form = voice_form(call, account_sid)
    form |= {"CallbackSource": "call-progress-events", "Timestamp": format_datetime(call.ended_at or call.at)}
    if call.status in OVER:
        form |= {"CallDuration": str(call.seconds), "SequenceNumber": "1"}
    return form
