"""The handset cannot exist in production: the settings refuse it, the application leaves it out, the gate denies it."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from api import settings
from api.channels.handset import routes as handset
from api.main import create_app

SAFE = {
    "NIGHTLIGHT_ENVIRONMENT": "production",
    "NIGHTLIGHT_WEBHOOK_KEY": "",
    "NIGHTLIGHT_HANDSET": "false",
    "NIGHTLIGHT_PUBLIC_URL": "https://line.example",
    "NIGHTLIGHT_TWILIO_API_URL": "https://api.twilio.com",
    "NIGHTLIGHT_BOT_TOKEN": "b" * 32,
    "NIGHTLIGHT_ACTIONS_TOKEN": "a" * 32,
    "NIGHTLIGHT_TWILIO_AUTH_TOKEN": "t" * 32,
    "NIGHTLIGHT_SEAL_KEY": "s" * 32,
    "NIGHTLIGHT_IDENTIFIER_KEY": "i" * 32,
    "NIGHTLIGHT_SECOND_FACTOR": "true",
}
ADDRESSES = (
    "/handset",
    "/handset/events",
    "/handset/twilio/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages/SM1.json",
)


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings that are safe for production."""
    for name, value in SAFE.items():
        monkeypatch.setenv(name, value)
    settings.get.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.get.cache_clear()


async def statuses(app: FastAPI) -> set[int]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://line.example") as client:
        got = {(await client.get(address)).status_code for address in ADDRESSES}
        return got | {(await client.post("/handset/clear")).status_code}


def test_the_settings_refuse_it(production: pytest.MonkeyPatch) -> None:
    assert not settings.get().handset
    production.setenv("NIGHTLIGHT_HANDSET", "true")
    with pytest.raises(ValidationError, match="NIGHTLIGHT_HANDSET must not be on"):
        settings.Settings()


async def test_the_application_leaves_it_out(production: pytest.MonkeyPatch) -> None:
    app = create_app()
    assert not [route for route in app.routes if getattr(route, "path", "").startswith("/handset")]
    assert await statuses(app) == {404}


async def test_the_gate_denies_it_even_if_it_were_there(production: pytest.MonkeyPatch) -> None:
    app = create_app()
    handset.add_to(app)
    assert await statuses(app) == {404}


async def test_a_developer_can_leave_it_off(production: pytest.MonkeyPatch) -> None:
    production.setenv("NIGHTLIGHT_ENVIRONMENT", "development")
    settings.get.cache_clear()
    app = create_app()
    handset.add_to(app)
    assert await statuses(app) == {404}
