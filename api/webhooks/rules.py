"""What a delivery may become, when it is tried again, and how its signing key comes about.

Payloads, headers and signatures are those of the Standard Webhooks specification (read 2026-11-26,
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), which also asks for retries
over days, and for an end when the other side answers 410.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from uuid import UUID

GONE = 410
AT_ONCE = 4  # Deliveries to one endpoint that may be under way together: a slow one holds up no other.
TEST = "webhook.test"
# Somebody is being paged because of it: after a minute another way is taken, so hours would be of no use.
URGENT_RETRIES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 4, 8, 15, 30))
RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
URGENT_SECONDS, SECONDS = 5.0, 15.0  # How long the other side may take to answer.
LEASE = timedelta(seconds=20)
LONGEST_ASKED = RETRIES[-1]  # Whoever asks for more has not said that they never want it: that is what 410 is for.
FORGOTTEN_AT = time(3)  # On a UK clock.
OLD_KEY_COUNTS = timedelta(hours=24)
TOLD_AGAIN_AFTER = timedelta(hours=1)


class DeliveryState(StrEnum):
    """Where one delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


OVER = (DeliveryState.DELIVERED, DeliveryState.FAILED)
FORGOTTEN_AT_ONCE = 5_000


def retry_after(tries: int, urgent: bool, asked: timedelta = timedelta()) -> timedelta | None:
    """How long to wait after so many tries in vain. None: it has failed.

    `asked`: what the other side would have us wait at least. Where people are paged by it, they cannot wait for that.
    """
    waits = URGENT_RETRIES if urgent else RETRIES
    if tries > len(waits):
        return None
    return waits[tries - 1] if urgent else max(waits[tries - 1], min(asked, LONGEST_ASKED))


def asked_wait(header: str, now: datetime) -> timedelta:
    """What `Retry-After` asks for: seconds, or a moment (RFC 9110, section 10.2.3). Nothing, for what is neither."""
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:9]), LONGEST_ASKED.total_seconds()))
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return timedelta()
    return max(timedelta(), (at if at.tzinfo else at.replace(tzinfo=UTC)) - now)


def last_night(local: datetime) -> datetime:
    """The last time before this moment on a UK clock at which what is over was forgotten."""
    tonight = datetime.combine(local.date(), FORGOTTEN_AT, local.tzinfo)
    return (
        tonight if tonight <= local else datetime.combine(local.date() - timedelta(days=1), FORGOTTEN_AT, local.tzinfo)
    )


def is_taken(status: int) -> bool:
    """Whether the other side has it. A redirect is none of ours to follow."""
    return 200 <= status < 300


def secret(key: str, endpoint_id: UUID, version: int) -> str:
    """The signing secret of an endpoint: `whsec_` and 32 bytes in base64.

    It is derived, so that no secret of anybody's is kept; a new version is a new secret.
    """
    made = hmac.digest(key.encode(), f"{endpoint_id}:{version}".encode(), hashlib.sha256)
    return "whsec_" + base64.b64encode(made).decode()


def may_tell_lead(told_at: datetime | None, now: datetime) -> bool:
    """Whether the lead is to be texted that this endpoint cannot be reached: once, and again after an hour."""
    return told_at is None or now - told_at >= TOLD_AGAIN_AFTER
