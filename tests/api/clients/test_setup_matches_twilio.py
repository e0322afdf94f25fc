"""Whatever we ask Twilio about calls and about our own set-up is asked as its own descriptions allow."""

from collections.abc import Awaitable, Iterator
from datetime import timedelta

import httpx
import pytest

from api import clock, settings
from api.clients import twilio, twilio_setup
from api.clients.carrier import CarrierError
from tests.harness import prism
from tests.harness.line import LINE, configure

POOL = "MG" + "0" * 31 + "1"


@pytest.fixture(scope="module")
def messaging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prism.mock(tmp_path_factory.mktemp("messaging"), prism.MESSAGING) as url:
        yield url


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prism.mock(tmp_path_factory.mktemp("voice"), prism.VOICE) as url:
        yield url


async def taken(asked: Awaitable[object]) -> None:
    """A list was asked for as the description allows. Its own examples break it, which Prism owns up to with 500."""
    status: int | None = 200
    try:
        await asked
    except CarrierError as error:
        status = error.status
    assert status in (200, 500)


async def test_calls_account_and_numbers(described: str, fresh_client: None) -> None:
    configure(twilio_api_url=described)
    await taken(twilio.calls_to(LINE, clock.now() - timedelta(minutes=10)))
    await taken(twilio_setup.numbers())
    assert (await twilio_setup.account()).status


async def test_a_list_that_is_asked_for_in_the_wrong_way_is_refused(described: str) -> None:
    account = settings.get().twilio_account_sid
    async with httpx.AsyncClient(auth=(account, "any")) as client:
        answer = await client.get(f"{described}/2010-04-01/Accounts/{account}/Calls.json", params={"PageSize": "many"})
    assert answer.status_code == 422


async def test_a_messaging_service_and_its_senders(messaging: str, fresh_client: None) -> None:
    configure(twilio_api_url=messaging)
    await twilio_setup.sender_pool(POOL)
    with pytest.raises(CarrierError) as refused:
        await twilio_setup.sender_pool("PN" + "0" * 32)
    assert refused.value.status == 422


async def test_geographic_permissions(voice: str, fresh_client: None) -> None:
    configure(twilio_api_url=voice)
    assert isinstance(await twilio_setup.may_ring_uk(), bool)
