"""Writing as a person: taking over, handing back, the limits of a text, and the number behind a click."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from api.conversations import service as conversations
from api.conversations.models import Message
from api.conversations.rules import Channel, Mode
from api.database import transaction
from tests.harness.line import CARER, Line
from tests.harness.seeds import carer_writes
from tests.harness.staff import StaffBrowser, another_team_s_nurse, on_record

EVERYDAY = "what money is there for carers"


def url(conversation_id: UUID, form: str = "") -> str:
    return f"/console/conversations/{conversation_id}{form}"


async def mode_of(conversation_id: UUID) -> str:
    async with transaction() as session:
        return (await conversations.get(session, conversation_id)).mode


async def thread(conversation_id: UUID) -> Sequence[Message]:
    async with transaction() as session:
        return await conversations.thread(session, conversation_id)


async def a_text(line: Line, words: str = EVERYDAY) -> UUID:
    await line.text(CARER, words)
    async with transaction() as session:
        found = await conversations.open_at(session, Channel.SMS, CARER)
    assert found is not None
    return found.id


async def test_a_conversation_without_escalation_can_be_read_and_that_is_on_record(
    line: Line, signed_in: StaffBrowser
) -> None:
    conversation_id = await a_text(line)
    await signed_in.open(url(conversation_id))
    assert EVERYDAY in signed_in.text
    assert "The assistant could not answer. Read and reply." in signed_in.text
    assert "delivered" in signed_in.text
    assert await on_record("read", conversation_id) == 1
    assert "Language:" not in signed_in.text
    await line.text(CARER, "i only speak polish")
    assert "Language: Polish" in (await signed_in.open(url(conversation_id))).text


async def test_the_first_message_takes_over_and_the_assistant_falls_silent(line: Line, signed_in: StaffBrowser) -> None:
    conversation_id = await a_text(line)
    await signed_in.open(url(conversation_id))
    await signed_in.post(url(conversation_id, "/messages"), words="Hello, this is the nurse. “How are you?”")
    await line.settle()
    received = line.phone(CARER)
    assert any(text.startswith("Demo Nurse One from the on-call team is now reading") for text in received)
    assert 'Hello, this is the nurse. "How are you?"' in received
    assert "You are writing here. The assistant is silent." in signed_in.text
    before = len(received)
    await line.text(CARER, EVERYDAY)
    assert len(line.phone(CARER)) == before
    await signed_in.post(url(conversation_id, "/give-back"))
    await line.settle()
    assert "Demo Nurse One has left this chat." in line.last(CARER)
    assert await mode_of(conversation_id) == Mode.ASSISTANT
    assert await on_record("gave_back", conversation_id) == 1


async def test_a_form_that_is_sent_twice_sends_once_and_a_new_form_sends_again(
    line: Line, signed_in: StaffBrowser
) -> None:
    conversation_id = await carer_writes("hello", channel=Channel.WEB)
    page = (await signed_in.open(url(conversation_id))).page
    await signed_in.post(url(conversation_id, "/messages"), words="Are you there?")
    signed_in.page = page
    await signed_in.post(url(conversation_id, "/messages"), words="Are you there?")
    await signed_in.post(url(conversation_id, "/messages"), words="Are you there?")
    assert [message.body for message in await thread(conversation_id)].count("Are you there?") == 2


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Write a message first."),
        ("x" * 307, "This is 307 characters and a text holds 306. Shorten it by 1."),
        ("Take care 😀", "A text message cannot carry 😀. Take that out."),
    ],
)
async def test_what_cannot_be_sent_by_text_comes_back_as_it_was_typed(
    line: Line, signed_in: StaffBrowser, typed: str, reason: str
) -> None:
    conversation_id = await a_text(line)
    before = len(await thread(conversation_id))
    await signed_in.open(url(conversation_id))
    await signed_in.post(url(conversation_id, "/messages"), words=typed)
    assert signed_in.status == 422
    assert reason in signed_in.text
    assert f">{typed}</textarea>" in signed_in.page
    assert signed_in.title.startswith("Error: ")
    assert len(await thread(conversation_id)) == before
    assert await mode_of(conversation_id) == Mode.ASSISTANT


async def test_306_places_go_out_in_one_text(line: Line, signed_in: StaffBrowser) -> None:
    conversation_id = await a_text(line)
    await signed_in.open(url(conversation_id))
    await signed_in.post(url(conversation_id, "/messages"), words="y" * 306)
    await line.settle()
    assert "y" * 306 in line.phone(CARER)


async def test_whoever_stopped_texts_is_rung_and_not_written_to(line: Line, signed_in: StaffBrowser) -> None:
    conversation_id = await a_text(line)
    await line.text(CARER, "STOP")
    await signed_in.open(url(conversation_id))
    assert "They have stopped texts from this line, so a text would not arrive. Ring them." in signed_in.text
    assert "<textarea" not in signed_in.page
    await signed_in.post(url(conversation_id, "/messages"), words="Hello?")
    assert (signed_in.status, "Hello?" in signed_in.text) == (422, True)


async def test_the_number_shows_only_on_asking_and_asking_is_on_record(line: Line, signed_in: StaffBrowser) -> None:
    conversation_id = await a_text(line)
    await signed_in.open(url(conversation_id))
    assert "Number ending 001" in signed_in.text
    assert "07700" not in signed_in.page
    assert CARER not in signed_in.page
    await signed_in.post(url(conversation_id, "/number"))
    assert '<a class="nhsuk-button call" href="tel:+447700900001"' in signed_in.page
    assert "Ring 07700 900001" in signed_in.text
    assert await on_record("number_shown", conversation_id) == 1
    assert "07700" not in (await signed_in.open(url(conversation_id))).page


async def test_a_hidden_number_and_a_chat_without_one_say_so(line: Line, signed_in: StaffBrowser) -> None:
    await line.text("anonymous", EVERYDAY)
    await signed_in.open("/console")
    address = signed_in.page.split('href="/console/conversations/')[1].split('"')[0]
    await signed_in.open(f"/console/conversations/{address}")
    assert "Their number is hidden, so they cannot be rung." in signed_in.text
    assert "Their number is hidden, so a text cannot reach them." in signed_in.text


async def test_a_conversation_in_danger_leads_to_its_escalation(line: Line, signed_in: StaffBrowser) -> None:
    conversation_id = await a_text(line, "hes stopped breathing")
    await signed_in.open(url(conversation_id))
    assert "This carer has an open call for help. Open it" in signed_in.text


@pytest.mark.parametrize("path", ["", "/events"])
async def test_another_team_s_conversation_is_not_there(line: Line, desk: StaffBrowser, path: str) -> None:
    conversation_id = await carer_writes(EVERYDAY)
    await desk.sign_in(await another_team_s_nurse())
    assert (await desk.open(url(conversation_id, path))).status == 404


@pytest.mark.parametrize("form", ["/messages", "/give-back", "/number"])
async def test_another_team_cannot_use_its_forms(line: Line, desk: StaffBrowser, form: str) -> None:
    conversation_id = await carer_writes(EVERYDAY)
    await desk.sign_in(await another_team_s_nurse())
    await desk.post(url(conversation_id, form), words="Hello")
    assert desk.status == 404
    assert len(await thread(conversation_id)) == 1
    assert await on_record("number_shown", conversation_id) == 0


@pytest.mark.parametrize("form", ["/messages", "/give-back", "/number"])
async def test_no_form_without_the_session_s_own_token(line: Line, signed_in: StaffBrowser, form: str) -> None:
    conversation_id = await carer_writes(EVERYDAY)
    signed_in.page = ""
    await signed_in.post(url(conversation_id, form), words="Hello")
    assert signed_in.status == 403
    assert len(await thread(conversation_id)) == 1
