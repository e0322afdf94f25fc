"""Most contacts are no crisis: real Rasa answers from approved text, and when it cannot, a person is asked."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from api.conversations.models import Message
from api.database import transaction
from api.escalations.models import Escalation, Task
from tests.harness.line import CARER, NURSE_ONE, OTHER_CARER, Line, configure
from tests.harness.ports import free_port

MONEY = "can i get any money for looking after him"


async def test_the_first_answer_says_what_this_is_and_who_reads_it(line: Line, assistant: str) -> None:
    await line.text(CARER, MONEY)

    answer = line.phone(CARER)[0]
    assert "computer" in answer
    assert "Nurses and our team read this" in answer
    assert "999" in answer
    assert "what you can claim" in answer
    assert len(answer) <= 306

    await line.text(CARER, "who can sit with her one night so i can sleep")
    opened = [text for text in line.phone(CARER) if "Nurses and our team read this" in text]
    assert opened == [answer], "the opening is said once"


async def test_one_text_a_turn_and_at_most_a_guides_first_question_after_it(line: Line, assistant: str) -> None:
    for words in ("hello", MONEY, "mam died in march", "thanks", "bye"):
        before = len(line.phone(CARER))
        await line.text(CARER, words)
        answer, *question = line.phone(CARER)[before:]
        assert len(answer) <= 306
        assert len(question) <= 1, words
        assert all("reply SKIP" in text and len(text) <= 306 for text in question)


async def test_asking_for_a_person_pages_and_says_so_truthfully(line: Line, assistant: str) -> None:
    await line.text(CARER, "can i talk to a real person please")

    assert "NIGHTLIGHT P2" in line.last(NURSE_ONE)
    async with transaction() as session:
        assert (await session.execute(select(Escalation.category))).scalar_one() == "human_request"


async def test_two_misunderstandings_in_a_row_bring_a_person(line: Line, assistant: str) -> None:
    await line.text(CARER, "purple monkey dishwasher seventeen")
    async with transaction() as session:
        assert (await session.execute(select(Task))).first() is None
    await line.text(CARER, "flurb the gribble on tuesdays")

    async with transaction() as session:
        (task,) = (await session.execute(select(Task))).scalars()
    assert task.kind == "reply_by_person"


@pytest.fixture
async def silent_bot() -> AsyncIterator[str]:
    """Something that takes the question and never answers."""
    port = free_port()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # Until the other side has had enough.
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(hold, "127.0.0.1", port)
    yield f"http://127.0.0.1:{port}"
    server.close()


async def test_rasa_silent_gets_the_approved_fallback_and_a_person(line: Line, silent_bot: str) -> None:
    configure(bot_url=silent_bot, bot_timeout_seconds="0.3")
    try:
        await line.text(CARER, MONEY)
    finally:
        configure(bot_timeout_seconds="6")

    assert "could not answer that just now" in line.last(CARER)
    async with transaction() as session:
        assert (await session.execute(select(Task.kind))).scalar_one() == "reply_by_person"


@pytest.fixture
async def speechless_bot() -> AsyncIterator[str]:
    """Rasa while its action server is down: it understands, and says nothing."""
    port = free_port()
    body = b'{"replies": [], "intent": {"name": "person_please", "confidence": 0.9}, "intent_ranking": []}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(head + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    yield f"http://127.0.0.1:{port}"
    server.close()


async def test_the_actions_dead_and_who_asks_for_a_person_still_gets_one(line: Line, speechless_bot: str) -> None:
    configure(bot_url=speechless_bot)
    await line.text(CARER, "can i talk to a real person please")

    assert "telling the on-call nurse" in line.last(CARER)
    assert "NIGHTLIGHT P2" in line.last(NURSE_ONE)


async def test_rasa_dead_and_a_crisis_is_still_paged_and_answered(line: Line) -> None:
    await line.text(CARER, "hes stopped breathing")
    assert "999" in line.last(CARER)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)

    await line.text(OTHER_CARER, MONEY)
    assert "01632 960 999" in line.last(OTHER_CARER)


async def test_what_the_assistant_understood_is_kept_for_reviewers(line: Line, assistant: str) -> None:
    await line.text(CARER, MONEY)
    async with transaction() as session:
        message = (await session.execute(select(Message).where(Message.author == "carer"))).scalar_one()
    assert message.understood is not None
    assert message.understood["intent"] == "benefits_carer"
    assert message.understood["ranking"]
