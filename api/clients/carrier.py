"""The words in which we speak of any carrier: a text or a call, what became of it, and which failures to try again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OPTED_OUT = 21610  # Twilio's code for "this number has asked for no more texts".
_RETRY_STATUSES = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class Delivery(StrEnum):
    """How far something we send has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


_RANK = {Delivery.QUEUED: 0, Delivery.SENDING: 1, Delivery.SENT: 2}
_FINAL = 3
_FROM_TWILIO = {
    "accepted": Delivery.SENT,
    "scheduled": Delivery.SENT,
    "queued": Delivery.SENT,
    "sending": Delivery.SENT,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.UNDELIVERED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
_CALL_FROM_TWILIO = {
    "queued": Delivery.SENT,
    "initiated": Delivery.SENT,
    "ringing": Delivery.SENT,
    "in-progress": Delivery.SENT,
    "completed": Delivery.DELIVERED,
    "busy": Delivery.UNDELIVERED,
    "no-answer": Delivery.UNDELIVERED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.WITHDRAWN,
}


def from_twilio(status: str) -> Delivery | None:
    """Twilio's word in ours. None for a word that we do not know."""
    return _FROM_TWILIO.get(status)


def call_from_twilio(status: str) -> Delivery | None:
    """Twilio's word for a call in ours: answered and over is delivered, engaged or not picked up is undelivered.

    None for a word that we do not know. Source: https://www.twilio.com/docs/voice/api/call-resource, read 26 November
    2026.
    """
    return _CALL_FROM_TWILIO.get(status)


def moves_forwards(old: str, new: Delivery) -> bool:
    """Whether a report may replace what we know. Reports overtake each other; the first final one stays."""
    return _RANK.get(Delivery(old), _FINAL) < _RANK.get(new, _FINAL)


@dataclass(frozen=True, slots=True)
class Text:
    """One text message. Numbers are E.164; `keep_seconds` is how long the carrier may hold it before giving up."""

    to: str
    sender: str
    body: str
    status_callback: str = ""  # "": what becomes of it need not be told.
    keep_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call to place. Numbers are E.164; `url` says what is spoken once it is answered.

    `twiml` in its place is spoken by itself: such a call needs nothing of ours to be alive.
    """

    to: str
    sender: str
    url: str
    status_callback: str
    ring_seconds: int
    twiml: str = ""


@dataclass(frozen=True, slots=True)
class ListedCall:
    """One call to a number of ours, as the carrier's own list has it. `status` is the carrier's word."""

    sid: str
    caller: str  # E.164, or the carrier's word for a number that is withheld.
    line: str
    status: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Our account as the carrier has it, and the carrier's clock. A trial account reaches verified numbers only."""

    status: str
    is_trial: bool
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """One number of our account, and whom the carrier asks what to do with a call or a text to it."""

    voice_url: str
    voice_method: str
    voice_fallback_url: str
    status_callback: str
    sms_url: str
    taken_elsewhere: bool  # An application or a trunk is set, so that the addresses above count for nothing.
    can_call: bool
    can_text: bool


@dataclass(frozen=True, slots=True)
class SenderPool:
    """A messaging service: the numbers that it sends from, and where texts to them go."""

    numbers: frozenset[str]
    inbound_url: str
    asks_number: bool  # Each number's own address is asked, not `inbound_url`.


class CarrierError(Exception):
    """The carrier did not take it. `code` is the carrier's own number for why."""

    def __init__(self, status: int | None, code: int | None) -> None:
        super().__init__(f"carrier refused: status {status}, code {code}")
        self.status, self.code = status, code

    @property
    def worth_retrying(self) -> bool:
        """Only what may pass by itself: no answer, too busy, or a fault at the carrier."""
        return self.status is None or self.status in _RETRY_STATUSES

    @property
    def opted_out(self) -> bool:
        """The number takes no texts from us because its owner said so."""
        return self.code == OPTED_OUT
