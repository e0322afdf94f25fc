"""Fixtures for every test. A test asks for what it needs: `db`, `line`, `client`, `assistant`."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import gettempdir

import httpx
import hypothesis
import pytest
from hypothesis import HealthCheck

from api import clock, commands, database, settings
from api.clients import rasa, twilio
from tests.harness import assistant as programs
from tests.harness import hours, postgres
from tests.harness.line import PAGER, TRUST, Line, configure, serve
from tests.harness.ports import free_port

# A loaded machine is slow, not wrong, and a story is the same wherever it is told; `--hypothesis-profile=wander` tries
# other examples each time.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.register_profile("wander", deadline=None)
hypothesis.settings.load_profile("same")
NOBODY = "http://127.0.0.1:9"  # A port on which nothing listens.
WEB_PORT = free_port()
URL = f"http://127.0.0.1:{WEB_PORT}"
settings.Settings.model_config["env_file"] = None  # A developer's own settings must not reach a test.
configure(
    environment="development",
    public_url=URL,
    database_url="postgresql://nowhere.invalid/none",
    bot_url=NOBODY,
    bot_token="demo-bot-token",
    actions_token="demo-actions-token",
    webhook_key="demo-webhook-key",
    twilio_account_sid="AC00000000000000000000000000000001",
    twilio_auth_token="demo-twilio-token",
    twilio_api_url=f"{URL}/handset/twilio",
    pager_number=PAGER,
    handset="true",
    second_factor="false",  # Tests of the second factor switch it on.
    seal_key="demo-seal-key",
    identifier_key="demo-identifier-key-of-tests",
    watch_file=f"{gettempdir()}/nightlight-watch-{WEB_PORT}.json",
    releases_dir=f"{gettempdir()}/nightlight-releases-{WEB_PORT}",
    log_level="WARNING",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """One thing that a run may be told."""
    parser.addoption("--begin", default=hours.EVENING, help="UK time at which tests begin: 03:00, 2027-03-27T21:00")


@pytest.hookimpl(tryfirst=True)  # Before xdist reads the groups.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs real Rasa runs in one process, where Rasa starts once; what is slow without it, in one of its own."""
    for item in items:
        asks = isinstance(item, pytest.Function) and "running_assistant" in item.fixturenames
        if asks or item.get_closest_marker("rasa"):
            item.add_marker(pytest.mark.xdist_group("assistant"))
        elif item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.xdist_group("slow"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server on which databases can be made."""
    with postgres.server() as url:
        postgres.make_template(url)
        configure(database_url=postgres.with_database(url, postgres.TEMPLATE))
        postgres.apart(_load())
        yield url


async def _load() -> None:
    """All that set-up puts into a database, once: that takes longer than most tests."""
    await commands.load()
    await database.disconnect()


@pytest.fixture
async def db(postgres_url: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database of the test's own, with the demonstration team; the clock starts in the evening of a working day."""
    clock.reset()
    if not request.node.get_closest_marker("real_time"):
        clock.move(hours.until(request.config.getoption("--begin"), clock.now()))
    with postgres.fresh_database(postgres_url) as url:
        configure(database_url=url)
        yield url
        for connection in (twilio, rasa, database):
            await connection.disconnect()
    configure(bot_url=NOBODY)
    clock.reset()


@pytest.fixture
async def line(db: str) -> AsyncIterator[Line]:
    """The whole line but the assistant: served on a real port, with pretend phones."""
    server, task, carrier = await serve(WEB_PORT)
    async with httpx.AsyncClient(base_url=URL, timeout=60, verify=TRUST) as client:
        yield Line(URL, carrier, client)
    await carrier.close()
    server.should_exit = True
    await task


@pytest.fixture
async def client(line: Line) -> httpx.AsyncClient:
    """A browser without JavaScript."""
    return line.client


@pytest.fixture(scope="session")
def running_assistant(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Real Rasa and the real action server, started once for the run. The address of Rasa."""
    folder: Path = tmp_path_factory.mktemp("assistant")
    url = postgres.with_database(postgres_url, "nightlight_bot_test")
    from api import migrate

    migrate.create_if_missing(url)
    with programs.assistant(folder, url, URL) as (bot, _):
        yield bot.url


@pytest.fixture
def assistant(running_assistant: str) -> Iterator[str]:
    """The line's settings point at real Rasa for this test."""
    configure(bot_url=running_assistant)
    yield running_assistant
    configure(bot_url=NOBODY)
