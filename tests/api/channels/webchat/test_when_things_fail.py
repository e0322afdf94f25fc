"""The database is gone: the page still says whom to ring, and keeps what was typed."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api import database, settings
from api.channels.webchat import service
from tests.harness.chat import ChatBrowser
from tests.harness.line import configure

TEAM = "01632 960 999"


@pytest.fixture
async def chat(client: httpx.AsyncClient) -> ChatBrowser:
    return await ChatBrowser(client).open()


@pytest.fixture
async def no_database(db: str, chat: ChatBrowser) -> AsyncIterator[None]:
    """From now on nobody answers at the database's address; afterwards somebody does again."""
    await database.disconnect()
    configure(database_url="postgresql://nobody@127.0.0.1:9/none")
    yield
    await database.disconnect()
    configure(database_url=db)


@pytest.mark.usefixtures("no_database")
async def test_the_first_page_still_says_whom_to_ring(chat: ChatBrowser) -> None:
    await chat.open()

    assert chat.status == 503
    assert "the chat is not working just now" in chat.text
    assert f"ring the team on {TEAM}" in chat.text
    assert 'href="tel:999"' in chat.page
    assert "Leave this page" in chat.text


@pytest.mark.usefixtures("no_database")
async def test_what_was_typed_stays_in_the_box(chat: ChatBrowser) -> None:
    response = await chat.say("he is <choking>")

    assert response.status_code == 503
    assert "he is &lt;choking&gt;</textarea>" in chat.page
    assert "we could not save this just now" in chat.text
    assert f"ring the team on {TEAM}" in chat.text


async def test_pressing_send_again_once_it_works_stores_it_once(client: httpx.AsyncClient, db: str) -> None:
    chat = await ChatBrowser(client).open()
    client_id = chat.hidden["client_id"]
    await database.disconnect()
    configure(database_url="postgresql://nobody@127.0.0.1:9/none")
    await chat.say("he is choking")
    assert chat.hidden["client_id"] == client_id, "the same post, for all that we know"

    await database.disconnect()
    configure(database_url=db)
    await chat.say("he is choking")
    assert [words.split()[-1] for look, words in chat.lines if look == "mine"] == ["choking"]


@pytest.mark.usefixtures("no_database")
async def test_the_script_is_told_too(client: httpx.AsyncClient, chat: ChatBrowser) -> None:
    form = {**chat.hidden, "body": "help"}
    answer = await client.post("/chat/messages", data=form, headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert TEAM in answer.json()["error"]
    assert (await client.get("/chat/events")).status_code == 503


def test_a_team_that_is_made_up_is_named_in_development_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.team_in_files("demo").phone == TEAM
    assert service.team_in_files("unknown").phone == TEAM

    monkeypatch.setattr(settings.get(), "environment", "production")
    assert service.team_in_files("demo").phone != TEAM
