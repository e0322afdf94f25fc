"""`api doctor` from a line that is wrong in every way to one that works, against a Twilio that stands in."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api import commands, settings
from api.clients import own_address, twilio
from api.doctor import jobs
from api.doctor.rules import Level
from api.watch import jobs as watch
from tests.harness.line import LINE, PAGER, Line, configure

POOL = "MG" + "0" * 31 + "1"


class Twilio:
    """Our account there, as far as it is looked at. The answers have the shape that Twilio's descriptions give."""

    def __init__(self) -> None:
        self.knows_us = True
        self.account: dict[str, Any] = {"status": "active", "type": "Full"}
        self.numbers: list[dict[str, Any]] = []
        self.pool: dict[str, Any] = {"use_inbound_webhook_on_number": True}
        self.uk = False

    def has(self, number: str, **how: str) -> None:
        """The account has this number, set up so."""
        self.numbers.append({"phone_number": number, "capabilities": {"voice": True, "sms": True}, **how})

    async def answer(self, request: web.Request) -> web.Response:
        """One request."""
        end = request.path.removesuffix(".json").rsplit("/", 1)[-1]
        if not self.knows_us:
            return web.json_response({"code": 20003, "message": "Authenticate", "status": 401}, status=401)
        if end == "IncomingPhoneNumbers":
            return web.json_response({"incoming_phone_numbers": self.numbers, "next_page_uri": None})
        if end == "PhoneNumbers":
            meta = {"key": "phone_numbers", "next_page_url": None}
            return web.json_response({"phone_numbers": [{"phone_number": LINE}], "meta": meta})
        found = {"GB": {"low_risk_numbers_enabled": self.uk}, POOL: self.pool}.get(end, self.account)
        return web.json_response(found)


@pytest.fixture
async def standing(db: str) -> AsyncIterator[Twilio]:
    """Twilio stands in. What the settings were returns afterwards."""
    before = settings.get()
    there = Twilio()
    app = web.Application()
    app.router.add_get("/{rest:.*}", there.answer)
    async with TestServer(app) as server:
        configure(twilio_api_url=str(server.make_url("")).rstrip("/"))
        yield there
        await twilio.disconnect()
    configure(twilio_api_url=before.twilio_api_url, twilio_messaging_service_sid=before.twilio_messaging_service_sid)


async def examined() -> dict[str, list[Level]]:
    found: dict[str, list[Level]] = {}
    async for name, finding in jobs.examine():
        found.setdefault(name, []).append(finding.level)
    return found


@pytest.mark.real_time
async def test_a_new_account_is_led_to_a_line_that_works(line: Line, standing: Twilio) -> None:
    standing.knows_us = False
    found = await examined()
    for name in ("Twilio account", "numbers", "geographic permissions", "messaging service", "worker", "assistant"):
        assert Level.WRONG in found[name], name
    assert found["webhooks"] == [Level.WELL], "the line itself is served, and believes its own signature only"
    assert found["database"] == [Level.WELL, Level.WELL]
    assert found["telephone"] == [Level.WELL]
    assert found["public address"] == [Level.WRONG], "no https on a developer's machine"

    configure(twilio_messaging_service_sid=POOL)
    url = settings.get().public_url
    standing.knows_us = standing.uk = True
    standing.has(
        LINE,
        voice_url=f"{url}/twilio/voice",
        voice_fallback_url="https://elsewhere.example/down.xml",
        status_callback=f"{url}/twilio/voice/status",
        sms_url=f"{url}/twilio/sms",
    )
    standing.has(PAGER, sms_url=f"{url}/twilio/pager")
    await watch.beat()
    found = await examined()
    for name in ("Twilio account", "numbers", "geographic permissions", "messaging service", "worker"):
        assert Level.WRONG not in found[name], name


async def test_the_command_says_what_to_do_and_ends_with_1(
    standing: Twilio, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(commands.app, ["doctor"], standalone_mode=False) == 1
    printed = capsys.readouterr().out
    assert "WRONG" in printed
    assert "→ Buy it, or mend line_number in the team's file." in printed
    assert LINE not in printed


async def test_a_certificate_that_nobody_vouches_for_is_said(monkeypatch: pytest.MonkeyPatch, db: str) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=made_up())
    port = server.sockets[0].getsockname()[1]
    before = settings.get().public_url
    configure(public_url=f"https://localhost:{port}")
    try:
        with pytest.raises(ssl.SSLCertVerificationError):
            await own_address.certificate_ends()
        (finding,) = await jobs.address()
    finally:
        configure(public_url=before)
        server.close()
    assert finding.words.startswith("Our certificate is not valid: self-signed")


def made_up() -> ssl.SSLContext:
    """A certificate for localhost that it signed itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    signed = made.sign(key, hashes.SHA256())
    return _loaded(signed.public_bytes(serialization.Encoding.PEM), key)


def _loaded(certificate: bytes, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile(suffix=".pem") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, form, plain) + certificate)
        file.flush()
        context.load_cert_chain(file.name)
    return context
