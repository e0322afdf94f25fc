"""The number that an anonymous carer gives, so that a nurse can ring."""

import httpx
import pytest
from sqlalchemy import select

from api import live
from api.conversations.models import Conversation, Message
from api.database import transaction
from api.escalations.models import TimelineEvent
from tests.harness.chat import ChatBrowser
from tests.harness.line import NURSE_ONE, NURSE_TWO, Line

CRISIS = "hes choking on a tablet cant breathe"


@pytest.fixture
async def chat(client: httpx.AsyncClient) -> ChatBrowser:
    return await ChatBrowser(client).open()


async def _number() -> str | None:
    async with transaction() as session:
        return (await session.execute(select(Conversation.contact_number))).scalar_one()


async def test_it_is_asked_for_openly_in_danger_and_quietly_otherwise(chat: ChatBrowser) -> None:
    assert 'name="number"' not in chat.page, "nothing to keep it with before the first message"
    await chat.say("hello")
    assert "number--offer" not in chat.page

    await chat.say("nurse")
    assert '<details class="number number--offer" id="number-panel" open>' in chat.page
    assert "Give your phone number" in chat.text


async def test_it_is_kept_confirmed_and_shown_to_the_nurses(chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    async with live.listening(live.BOARD) as board:
        response = await chat.send("/chat/number", number="07700 900123")
        assert response.status_code == 303
        await chat.open()
        assert board.is_set()

    assert await _number() == "+447700900123"
    assert "Thank you. The team can now ring you on that number." in chat.lines[-1][1]
    assert "The team can ring you on the number that ends in 123." in chat.text
    assert "900123" not in chat.page.replace(" ", ""), "whoever looks over the shoulder cannot read it"
    async with transaction() as session:
        kinds = (await session.execute(select(TimelineEvent.kind))).scalars().all()
    assert "number_given" in kinds


async def test_the_nurse_who_accepted_before_it_came_is_told(line: Line, chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    await line.settle()
    await line.staff_text(NURSE_ONE, "accept")
    assert "No number yet" in line.last(NURSE_ONE)

    await chat.open()
    await chat.give_number("07700 900123")
    await line.settle()

    assert "the carer can now be rung on +447700900123" in line.last(NURSE_ONE)
    assert line.phone(NURSE_TWO) == []


@pytest.mark.parametrize(
    ("typed", "said"), [("12345", "does not look like a phone number"), ("", "no number in the box")]
)
async def test_a_mistake_is_explained_beside_the_field_and_nothing_typed_is_lost(
    chat: ChatBrowser, typed: str, said: str
) -> None:
    await chat.say(CRISIS)
    response = await chat.give_number(typed, body="and he is going blue")

    assert response.status_code == 422
    assert said in chat.text
    assert 'aria-describedby="number-hint number-error"' in chat.page
    assert f'value="{typed}"' in chat.page
    assert "and he is going blue</textarea>" in chat.page
    assert await _number() is None


async def test_what_stands_in_the_message_box_stays_there_when_the_number_is_saved(chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    await chat.give_number("07700 900123", body="and he is going blue")

    assert "and he is going blue</textarea>" in chat.page
    assert await _number() == "+447700900123"


async def test_a_number_beside_a_message_is_kept_with_whichever_button(chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    await chat.say("please ring me", number="07700 900123")

    assert await _number() == "+447700900123"
    assert any(words.endswith("please ring me") for _, words in chat.lines)


async def test_a_wrong_number_never_holds_a_message_back(chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    await chat.say("he is blue", number="077")

    assert any(words.endswith("he is blue") for _, words in chat.lines)
    assert "does not look like a phone number" in chat.text
    assert 'value="077"' in chat.page


async def test_a_number_without_a_chat_is_explained(chat: ChatBrowser) -> None:
    response = await chat.give_number("07700 900123")

    assert response.status_code == 422
    assert "Please write a message first." in chat.text


async def test_a_number_written_as_a_message_is_kept_too_and_is_no_second_cry(line: Line, chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    await line.settle()
    await line.staff_text(NURSE_ONE, "accept")
    await chat.open()
    await chat.say("07700 900123")
    await line.settle()
    await chat.open()

    assert await _number() == "+447700900123"
    assert any(words.endswith("07700 900123") for _, words in chat.lines), "it stands in the transcript"
    assert "Thank you. The team can now ring you on that number." in chat.lines[-1][1]
    assert "Give your phone number" not in chat.text
    assert "the carer can now be rung on +447700900123" in line.last(NURSE_ONE)
    async with transaction() as session:
        kinds = (await session.execute(select(TimelineEvent.kind))).scalars().all()
        heard = (await session.execute(select(Message.heard).where(Message.body == "07700 900123"))).scalar_one()
    assert kinds.count("raised") == 1
    assert not {"added", "worse"} & set(kinds)
    assert heard is not None
    assert heard["decision"] == "none"


async def test_the_same_number_delivered_twice_is_one_message(chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    await chat.say("07700900123", client_id="once")
    await chat.say("07700900123", client_id="once")

    assert sum(words.endswith("07700900123") for _, words in chat.lines) == 1
    assert chat.text.count("The team can now ring you on that number.") == 1


@pytest.mark.parametrize("said", ["12345", "07700 900123 is the chemist, have they the morphine"])
async def test_what_is_not_a_number_to_ring_alone_is_a_message_like_any(chat: ChatBrowser, said: str) -> None:
    await chat.say(CRISIS)
    await chat.say(said)

    assert await _number() is None
    assert any(words.endswith(said) for _, words in chat.lines)


async def test_a_number_when_no_help_is_on_its_way_is_asked_about(chat: ChatBrowser) -> None:
    await chat.say("hello")
    await chat.say("07700 900123")

    assert await _number() is None
    assert "Do you need a nurse now?" in chat.lines[-1][1]
