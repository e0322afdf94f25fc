"""What passes between Twilio and us, in Twilio's own shapes: resources, errors, webhook forms and reserved words.

Sources: Twilio's OpenAPI description (npm `@twilio/cli-core`, `twilio_api_v2010.json`) for the Message resource, which
a test checks; https://www.twilio.com/docs/messaging/guides/webhook-request for incoming texts;
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status for reports; and
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out for the reserved words.
"""

import math
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from api import gsm7

API_VERSION = "2010-04-01"


class OptOut(StrEnum):
    """Twilio's `OptOutType`: what a whole message of one reserved word does at the carrier."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_WORDS = {
    OptOut.STOP: {"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"},
    OptOut.START: {"START", "UNSTOP", "YES"},
    OptOut.HELP: {"HELP", "INFO"},
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words}

# What the carrier itself texts back, in our words: that it does so is Twilio's, how it says it is not.
CARRIER_REPLIES = {
    OptOut.STOP: "(From the carrier:) You will get no more texts from this number. Text START to get them again.",
    OptOut.START: "(From the carrier:) You will get texts from this number again. Text STOP to end them.",
    OptOut.HELP: "(From the carrier:) Text STOP to get no more texts from this number.",
}


def reserved_word(body: str) -> OptOut | None:
    """What the carrier makes of a message. Only a whole message counts, in capitals or not."""
    return _BY_WORD.get(body.strip().upper())


@dataclass
class PassedText:
    """One text that went through, either way. `by_carrier`: the carrier's own reply to a reserved word."""

    sid: str
    to: str
    sender: str
    body: str
    at: datetime
    inbound: bool
    status: str = "queued"
    error_code: int | None = None
    seq: int = 0
    picture: bool = False
    service_sid: str = ""
    by_carrier: bool = False
    times: int = 1  # How often its webhook was posted.
    answered: int | None = None  # The HTTP status of our answer to its webhook; 0 when nobody answered.
    form: dict[str, str] = field(default_factory=dict)  # What its webhook posts, the same each time.


def new_sid(kind: str = "SM") -> str:
    """An identifier as Twilio's look: two letters for its kind and 32 hexadecimal digits."""
    return kind + secrets.token_hex(16)


def segments(body: str) -> int:
    """How many parts a text is sent in: 160 places in GSM-7 or 153 each when joined; otherwise 70, or 67."""
    if gsm7.is_gsm7(body):
        places, whole, joined = gsm7.length(body), 160, 153
    else:
        places, whole, joined = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if places <= whole else math.ceil(places / joined)


def as_json(text: PassedText, account_sid: str) -> dict[str, Any]:
    """A text in the shape of Twilio's Message resource."""
    moment = format_datetime(text.at)
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}"
    direction = "inbound" if text.inbound else "outbound-reply" if text.by_carrier else "outbound-api"
    return {
        "sid": text.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "to": text.to,
        "from": text.sender or None,
        "body": text.body,
        "status": text.status,
        "direction": direction,
        "error_code": text.error_code,
        "error_message": "Not delivered" if text.error_code else None,
        # A Messaging Service has not chosen the sender yet, so the parts are not counted.
        "num_segments": "0" if text.status == "accepted" else str(segments(text.body)),
        "num_media": str(int(text.picture)),
        "date_created": moment,
        "date_updated": moment,
        "date_sent": None if text.status in ("accepted", "queued") else moment,
        "messaging_service_sid": text.service_sid or None,
        "price": None,
        "price_unit": None,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "uri": f"{uri}.json",
    }


def inbound_form(text: PassedText, account_sid: str, api_url: str) -> dict[str, str]:
    """What Twilio posts when somebody texts one of our numbers. A field without a value is there and empty."""
    form = {
        "ToCountry": "GB",
        "ToState": "",
        "ToCity": "",
        "ToZip": "",
        "FromCountry": "GB",
        "FromState": "",
        "FromCity": "",
        "FromZip": "",
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageSid": text.sid,
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "SmsStatus": "received",
        "From": text.sender,
        "To": text.to,
        "Body": text.body,
        "NumSegments": str(segments(text.body)),
        "NumMedia": str(int(text.picture)),
    }
    if text.service_sid:
        form["MessagingServiceSid"] = text.service_sid
    if text.picture:
        media = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}/Media/{new_sid('ME')}"
        form |= {"MediaContentType0": "image/png", "MediaUrl0": api_url + media}
    return form


def report_form(text: PassedText, account_sid: str) -> dict[str, str]:
    """What Twilio posts when the state of a text that we sent changes."""
    form = {
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": text.status,
        "SmsStatus": text.status,
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "To": text.to,
        "From": text.sender,
    }
    if text.service_sid:
        form["MessagingServiceSid"] = text.service_sid
    if text.error_code:
        form["ErrorCode"] = str(text.error_code)
    if text.status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = f"{text.at:%y%m%d%H%M}"
    return form
