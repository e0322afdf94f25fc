"""How our account at Twilio is set up, as far as its API tells. It only reads.

Sources (read 26 November 2026): https://www.twilio.com/docs/iam/api/account,
…/phone-numbers/api/incomingphonenumber-resource, …/messaging/api/service-resource,
…/voice/api/dialingpermissions-country-resource.
"""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from api import settings
from api.clients.carrier import Account, OwnNumber, SenderPool
from api.clients.twilio import client, our_error

_PAGE_SIZE = 1000
_UK = "GB"


async def account() -> Account:
    """Whether the account may be used. Raises CarrierError: 401 when SID and token do not belong together."""
    with our_error():
        found = await client().api.v2010.accounts(settings.get().twilio_account_sid).fetch_with_http_info_async()
        return Account(str(found.data.status), str(found.data.type) == "Trial", _date(found.headers))


def _date(headers: Any) -> datetime | None:
    told = {str(name).lower(): str(value) for name, value in dict(headers).items()}.get("date")
    return parsedate_to_datetime(told) if told else None


async def numbers() -> dict[str, OwnNumber]:
    """Every number of the account, by itself (E.164). Raises CarrierError."""
    with our_error():
        found = await client().incoming_phone_numbers.list_async(page_size=_PAGE_SIZE)
        return {str(one.phone_number): _number(one) for one in found}


def _number(one: Any) -> OwnNumber:
    can = {str(name).lower(): bool(value) for name, value in dict(one.capabilities or {}).items()}
    return OwnNumber(
        voice_url=one.voice_url or "",
        voice_method=one.voice_method or "POST",
        voice_fallback_url=one.voice_fallback_url or "",
        status_callback=one.status_callback or "",
        sms_url=one.sms_url or "",
        taken_elsewhere=bool(one.voice_application_sid or one.sms_application_sid or one.trunk_sid),
        can_call=can.get("voice", False),
        can_text=can.get("sms", False),
    )


async def sender_pool(sid: str) -> SenderPool:
    """The messaging service with this SID (MG…). Raises CarrierError: 404 when there is none."""
    with our_error():
        service = client().messaging.v1.services(sid)
        found = await service.fetch_async()
        senders = await service.phone_numbers.list_async(page_size=_PAGE_SIZE)
        asks_number = bool(found.use_inbound_webhook_on_number)
        numbers = frozenset(str(one.phone_number) for one in senders)
        return SenderPool(numbers, found.inbound_request_url or "", asks_number)


async def may_ring_uk() -> bool:
    """Whether ordinary numbers of the United Kingdom may be rung. Raises CarrierError."""
    with our_error():
        found = await client().voice.v1.dialing_permissions.countries(_UK).fetch_async()
        return bool(found.low_risk_numbers_enabled)
