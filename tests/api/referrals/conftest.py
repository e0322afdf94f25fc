"""Another organisation: a service with a webhook or an e-mail address, and its server, which checks signatures."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from api.referrals.files import service as files
from api.referrals.rules import Way
from tests.harness.line import configure

KEY = base64.b64encode(b"a key of the hospice, 32 bytes...").decode()
SECRET = f"whsec_{KEY}"


@dataclass
class Hospice:
    """Answers with `status`, and takes each message once whose signature is right."""

    url: str = ""
    status: int = 204
    tried: int = 0
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.tried += 1
        status = self.status if self._is_signed(headers, body) else 401
        if status < 300:
            self.taken.setdefault(headers["webhook-id"], json.loads(body))
        writer.write(f"HTTP/1.1 {status} Any\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    @staticmethod
    def _is_signed(headers: dict[str, str], body: bytes) -> bool:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        right = base64.b64encode(hmac.new(base64.b64decode(KEY), signed, hashlib.sha256).digest()).decode()
        return headers["webhook-signature"] == f"v1,{right}"


@pytest.fixture
async def hospice(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hospice]:
    """The information service is another organisation's, which has a webhook."""
    made = Hospice()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/referrals"
    elsewhere(monkeypatch, Way.WEBHOOK)
    configure(referral_addresses=json.dumps({"hospice": made.url}), referral_secrets=json.dumps({"hospice": SECRET}))
    yield made
    configure(referral_addresses="null", referral_secrets="null")
    server.close()


def elsewhere(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    """The information service is another organisation's, and is reached this way."""
    changed = tuple(
        replace(one, way=way, address="hospice") if one.code == "information" else one for one in files.services()
    )
    monkeypatch.setattr(files, "services", lambda: changed)
