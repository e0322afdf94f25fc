"""The answer as a text: to the number in the carer's own message, once, on record, and not where it is unwanted."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from api import clock, gsm7
from api.audit.models import AuditEntry
from api.conversations import service
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Channel
from api.database import transaction
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.line import CARER, OTHER_CARER, Line

ANSWER = "Money worries are hard. Macmillan can check what you can claim, free: 0808 808 00 00."
LONG = f"{ANSWER} See https://www.gov.uk/carers-allowance\n\n" + "You can ask for more than one. " * 12
FROM_US = "From Nightlight, as you asked in the chat:"


@pytest.fixture
async def chat(line: Line) -> UUID:
    """A chat in which something was asked and answered."""
    return await answered_chat()


@pytest.fixture
async def headers(line: Line) -> dict[str, str]:
    """Those of the assistant's actions."""
    return await seeds.token(Scope.CONVERSATIONS_WRITE)


async def answered_chat(thread: str = "a-thread", words: str = ANSWER, kind: str = "assistant:benefits_carer") -> UUID:
    conversation_id = await seeds.carer_writes("can i get any money for looking after him", thread, Channel.WEB)
    async with transaction() as session:
        await service.say(session, await service.locked(session, conversation_id), words, kind)
    return conversation_id


async def writes(words: str, thread: str = "a-thread") -> UUID:
    """The carer writes this in the chat: the id of the message."""
    conversation_id = await seeds.carer_writes(words, thread, Channel.WEB)
    newest = select(Message.id).where(Message.conversation_id == conversation_id, Message.author == Author.CARER)
    async with transaction() as session:
        return (await session.execute(newest.order_by(Message.seq.desc()).limit(1))).scalar_one()


async def ask(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, number_in: UUID, key: str = ""
) -> httpx.Response:
    """Ask for the text, as the action does after YES."""
    body = {"message_id": str(number_in), "number_message_id": str(number_in)}
    return await client.post(
        f"/v1/conversations/{chat}/texts", json=body, headers=headers | {"Idempotency-Key": key or str(uuid4())}
    )


def reason(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json().get("reason")


async def test_a_number_is_read_and_said_back(client: httpx.AsyncClient, headers: dict[str, str], chat: UUID) -> None:
    body = {"message_id": str(await writes("its 07700 900001 thanks love"))}
    answer = await client.post(f"/v1/conversations/{chat}/numbers", json=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"number": "07700 900 001"})


@pytest.mark.parametrize("words", ["i havent got one", "020 7946 0018", "07700900001 or 07700900002", "+33612345678"])
async def test_what_is_not_one_uk_mobile_number_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, words: str
) -> None:
    message_id = await writes(words)
    answer = await client.post(
        f"/v1/conversations/{chat}/numbers", json={"message_id": str(message_id)}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await ask(client, headers, chat, message_id)).status_code == 422


async def test_another_carers_message_gives_no_number(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID
) -> None:
    others = await writes("07700900002", "another-thread")
    body = {"message_id": str(others)}
    read = await client.post(f"/v1/conversations/{chat}/numbers", json=body, headers=headers)
    assert (read.status_code, (await ask(client, headers, chat, others)).status_code) == (404, 404)


async def test_the_answer_is_texted_once_and_says_where_it_comes_from(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, line: Line
) -> None:
    number_in = await writes("07700 900001")
    first = await ask(client, headers, chat, number_in, "one-and-the-same")
    again = await ask(client, headers, chat, number_in, "one-and-the-same")
    await line.settle()

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    (text,) = line.phone(CARER)
    assert text == f"{FROM_US} {ANSWER}"


async def test_a_long_answer_takes_as_few_texts_as_it_needs(
    client: httpx.AsyncClient, headers: dict[str, str], line: Line
) -> None:
    chat = await answered_chat(words=LONG)
    await ask(client, headers, chat, await writes("07700 900001"))
    await line.settle()

    texts = line.phone(CARER)
    assert len(texts) == 2
    assert sum(text.startswith(FROM_US) for text in texts) == 1
    assert all(gsm7.length(text) <= gsm7.TEXT_LIMIT for text in texts)
    assert sum(text.count("You can ask for more than one.") for text in texts) == 12


async def test_it_is_on_record_without_words_or_number(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, line: Line
) -> None:
    await ask(client, headers, chat, await writes("07700 900001"))
    found = select(AuditEntry).where(AuditEntry.action.in_(["texted_answer", "was_texted_answer"]))
    async with transaction() as session:
        entries = (await session.execute(found.order_by(AuditEntry.seq))).scalars().all()
        theirs = (await session.execute(select(Conversation.id).where(Conversation.address == CARER))).scalar_one()
    assert [entry.subject_id for entry in entries] == [str(chat), str(theirs)]
    assert "900001" not in str([entry.detail for entry in entries])
    assert "Macmillan" not in str([entry.detail for entry in entries])


async def test_who_gets_the_text_may_answer_it_and_may_stop_it(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, line: Line
) -> None:
    number_in = await writes("07700 900001")
    await ask(client, headers, chat, number_in)
    await line.settle()
    await line.text(CARER, "STOP")

    assert reason(await ask(client, headers, chat, number_in)) == (409, "opted_out")
    await line.settle()
    assert len(line.phone(CARER)) == 1


async def test_a_phone_that_stopped_our_texts_once_is_left_alone_after_its_conversation_is_closed(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, line: Line
) -> None:
    await line.text(CARER, "STOP")
    async with transaction() as session:
        theirs = (await session.execute(select(Conversation).where(Conversation.address == CARER))).scalar_one()
        theirs.closed_at = clock.now()
    assert reason(await ask(client, headers, chat, await writes("07700 900001"))) == (409, "opted_out")


@pytest.mark.parametrize("kind", ["instruction:choking", "assistant:greeting", "assistant:did_you_mean", "nurse_now"])
async def test_only_an_answer_is_texted(
    client: httpx.AsyncClient, headers: dict[str, str], line: Line, kind: str
) -> None:
    chat = await answered_chat(kind=kind)
    assert reason(await ask(client, headers, chat, await writes("07700 900001"))) == (409, "nothing_to_send")


async def test_after_three_within_the_hour_there_is_a_pause(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, line: Line
) -> None:
    number_in, other = await writes("07700 900001"), await writes("07700 900002")
    for message_id in (number_in, other, number_in):
        assert (await ask(client, headers, chat, message_id)).status_code == 201
    assert reason(await ask(client, headers, chat, other)) == (409, "too_many")
    clock.move(timedelta(minutes=61))
    assert (await ask(client, headers, chat, other)).status_code == 201


async def test_many_chats_cannot_flood_one_phone(
    client: httpx.AsyncClient, headers: dict[str, str], line: Line
) -> None:
    answers = []
    for thread in ("t-1", "t-2", "t-3", "t-4"):
        chat = await answered_chat(thread)
        answers.append((await ask(client, headers, chat, await writes("07700900002", thread))).status_code)
    assert answers == [201, 201, 201, 409]
    await line.settle()
    assert len(line.phone(OTHER_CARER)) == 3


async def test_only_a_token_that_may_change_conversations_has_a_number_read_or_a_text_sent(
    client: httpx.AsyncClient, chat: UUID
) -> None:
    number_in = await writes("07700 900001")
    others = await seeds.token(*(scope for scope in Scope if scope != Scope.CONVERSATIONS_WRITE))
    for rights, status in (({}, 401), (others, 403)):
        body = {"message_id": str(number_in)}
        read = await client.post(f"/v1/conversations/{chat}/numbers", json=body, headers=rights)
        assert (read.status_code, (await ask(client, rights, chat, number_in)).status_code) == (status, status)


@pytest.mark.parametrize("body", [{}, {"message_id": "x", "number_message_id": "y"}, {"words": "anything"}])
async def test_what_cannot_be_read_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str], chat: UUID, body: dict[str, str]
) -> None:
    keyed = headers | {"Idempotency-Key": "a-key-of-a-test"}
    for path in ("texts", "numbers"):
        answer = await client.post(f"/v1/conversations/{chat}/{path}", json=body, headers=keyed)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
