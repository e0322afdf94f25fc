"""Our own public address, asked as the carrier asks it, from outside."""

import asyncio
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
from twilio.request_validator import RequestValidator

from api import settings

_PATIENCE = 10  # Seconds.
_NO_CALL = {"CallSid": "CA" + "0" * 32, "CallStatus": "completed"}  # A call that never was: nothing follows from it.


async def certificate_ends() -> datetime:
    """Until when the certificate is valid. Raises SSLCertVerificationError when it is not, OSError without answer."""
    parts = urlsplit(settings.get().public_url)
    async with asyncio.timeout(_PATIENCE):
        context = ssl.create_default_context()
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=context)
    certificate = writer.get_extra_info("peercert")
    writer.close()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


async def ready() -> int:
    """The HTTP status of our health check. Raises aiohttp.ClientError, OSError or TimeoutError without answer."""
    async with _session() as session, session.get(f"{settings.get().public_url}/health/ready") as response:
        return response.status


async def webhook(*, signed: bool) -> int:
    """The HTTP status that a carrier's webhook meets, with our signature or with none. Raises as `ready`."""
    url = f"{settings.get().public_url}/twilio/voice/status"
    headers = {}
    if signed:
        token = settings.get().twilio_auth_token.get_secret_value()
        headers["X-Twilio-Signature"] = RequestValidator(token).compute_signature(url, _NO_CALL)
    async with _session() as session, session.post(url, data=_NO_CALL, headers=headers) as response:
        return response.status


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE))
