"""New messages for the page's script: by server-sent events, and in the answers to its posts."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from tests.harness.chat import ChatBrowser
from tests.harness.line import NURSE_ONE, Line

CRISIS = "hes choking on a tablet cant breathe"
SCRIPT = {"Accept": "application/json"}


@dataclass
class Event:
    """One server-sent event."""

    name: str
    data: str
    id: int


@asynccontextmanager
async def _listening(
    client: httpx.AsyncClient, after: int = 0, last: int | None = None
) -> AsyncIterator[AsyncIterator[Event]]:
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    async with client.stream("GET", f"/chat/events?after={after}", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _events(response.aiter_lines())


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    event = Event("message", "", 0)
    async for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            event.name = value
        elif name == "data":
            event.data += f"{value}\n"
        elif name == "id":
            event.id = int(value)
        elif not line and event.data:
            yield event
            event = Event("message", "", 0)


async def _next(events: AsyncIterator[Event], name: str) -> Event:
    async with asyncio.timeout(5):
        async for event in events:
            if event.name == name:
                return event
    raise AssertionError("the stream ended")


@pytest.fixture
async def chat(client: httpx.AsyncClient) -> ChatBrowser:
    return await ChatBrowser(client).open()


async def test_before_the_first_message_there_is_nothing_to_listen_to(
    client: httpx.AsyncClient, chat: ChatBrowser
) -> None:
    assert (await client.get("/chat/events")).status_code == 204


async def test_each_new_message_and_how_things_stand_come_as_they_happen(
    line: Line, client: httpx.AsyncClient, chat: ChatBrowser
) -> None:
    await chat.say(CRISIS)
    async with _listening(client) as events:
        assert "choking on a tablet" in (await _next(events, "line")).data
        instruction = await _next(events, "line")
        assert "If they can cough" in instruction.data
        standing = json.loads((await _next(events, "standing")).data)
        assert "trying to reach a nurse" in standing["standing"]
        assert standing["offer"] is True

        await line.settle()
        await line.staff_text(NURSE_ONE, "accept")
        told = await _next(events, "line")
        assert "Demo Nurse One" in told.data
        assert told.id > instruction.id


async def test_after_a_broken_connection_nothing_is_missed_and_nothing_comes_twice(
    line: Line, client: httpx.AsyncClient, chat: ChatBrowser
) -> None:
    await chat.say(CRISIS)
    async with _listening(client) as events:
        await _next(events, "line")
        seen = (await _next(events, "line")).id
    await line.settle()
    await line.staff_text(NURSE_ONE, "accept")  # While nobody listens.

    async with _listening(client, after=0, last=seen) as events:
        first = await _next(events, "line")
        assert "Demo Nurse One" in first.data


async def test_the_script_gets_its_message_and_the_instruction_in_the_answer(
    client: httpx.AsyncClient, chat: ChatBrowser
) -> None:
    answer = await client.post("/chat/messages", data={**chat.hidden, "body": CRISIS, "after": "0"}, headers=SCRIPT)
    told = answer.json()

    assert answer.status_code == 200
    assert told["sent"] is True
    assert told["lines"].count("<li") == 2
    assert "If they can cough" in told["lines"]
    assert told["offer"] is True
    assert 'name="number"' in told["number"]
    assert told["token"] == chat.hidden["token"]
    assert told["client_id"] != chat.hidden["client_id"]


async def test_the_script_gets_only_what_it_has_not_shown(client: httpx.AsyncClient, chat: ChatBrowser) -> None:
    first = (await client.post("/chat/messages", data={**chat.hidden, "body": "hello"}, headers=SCRIPT)).json()
    seen = first["lines"].split('id="m-')[1].split('"')[0]
    form = {**chat.hidden, "body": "nurse", "after": seen}
    second = (await client.post("/chat/messages", data=form, headers=SCRIPT)).json()

    assert "hello" not in second["lines"]
    assert second["lines"].count("<li") == 2


async def test_the_script_gets_mistakes_in_words(client: httpx.AsyncClient, chat: ChatBrowser) -> None:
    answer = await client.post("/chat/messages", data={**chat.hidden, "body": " "}, headers=SCRIPT)

    assert answer.status_code == 422
    assert answer.json()["sent"] is False
    assert answer.json()["error"].startswith("There are no words in the box yet.")
