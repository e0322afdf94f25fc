"""Other organisations, which get referrals by signed webhook or by e-mail, and e-mail to our own staff. One try each.

A webhook is signed as the Standard Webhooks specification has it (version 1, symmetric keys; read 2026-11-26,
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), so that the other side can
check it with any library for that.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

import httpx

from api import settings

TIMEOUT_SECONDS = 10.0
KEY_MARK = "whsec_"


class NotDelivered(Exception):
    """The other side did not take it. Says why, without what was to be delivered."""


def signature(secret: str, message_id: str, at: datetime, payload: bytes) -> str:
    """The header `webhook-signature`. Raises NotDelivered when the secret is no key."""
    try:
        key = base64.b64decode(secret.removeprefix(KEY_MARK), validate=True)
    except binascii.Error as error:
        raise NotDelivered("the key is not base64") from error
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + payload
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


async def post(address: str, secret: str, message_id: str, at: datetime, body: dict[str, Any]) -> None:
    """Post a signed JSON body. `message_id` is the same at each try, so that the other side takes it once."""
    payload = json.dumps(body).encode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret, message_id, at, payload),
    }
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client, asyncio.timeout(TIMEOUT_SECONDS):
            answer = await client.post(address, content=payload, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise NotDelivered(type(error).__name__) from error
    if not answer.is_success:
        raise NotDelivered(f"status {answer.status_code}")


async def mail(to: str, subject: str, words: str, at: datetime) -> None:
    """Hand a plain e-mail to our mail server, over TLS or not at all."""
    wanted = settings.get()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = wanted.mail_from, to, subject
    message["Date"], message["Message-ID"] = format_datetime(at), make_msgid(domain=wanted.mail_from.partition("@")[2])
    message.set_content(words)
    try:
        await asyncio.to_thread(_hand_over, message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(type(error).__name__) from error


def _hand_over(message: EmailMessage) -> None:
    wanted = settings.get()
    with smtplib.SMTP(wanted.smtp_host, wanted.smtp_port, timeout=TIMEOUT_SECONDS) as server:
        server.starttls(context=ssl.create_default_context())
        if wanted.smtp_user and wanted.smtp_password:
            server.login(wanted.smtp_user, wanted.smtp_password.get_secret_value())
        server.send_message(message)
