"""Fixtures for whoever we send through: Twilio by its own description, and a client pointed at it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from api import settings
from api.clients import twilio
from api.clients.pretend import PretendCarrier
from api.clients.pretend_calls import Switchboard
from tests.harness import prism
from tests.harness.line import configure
from tests.harness.script import Script, played


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Twilio's API as its published description has it."""
    folder: Path = tmp_path_factory.mktemp("prism")
    with prism.mock(folder) as url:
        yield url


@pytest.fixture
async def fresh_client() -> AsyncIterator[None]:
    """The test may change the carrier's settings; what they were returns afterwards, with a new client."""
    before = settings.get()
    await twilio.disconnect()
    yield
    await twilio.disconnect()
    configure(
        twilio_api_url=before.twilio_api_url,
        twilio_account_sid=before.twilio_account_sid,
        twilio_messaging_service_sid=before.twilio_messaging_service_sid,
    )


@pytest.fixture
async def script() -> Script:
    """What we answer the pretend carrier."""
    return Script()


@pytest.fixture
async def carrier(script: Script) -> AsyncIterator[PretendCarrier]:
    """A pretend carrier whose webhooks the script answers."""
    async with played(script) as made:
        yield made


@pytest.fixture
async def board(carrier: PretendCarrier) -> Switchboard:
    """Its calls."""
    return carrier.switchboard
