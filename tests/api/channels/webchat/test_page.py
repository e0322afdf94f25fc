"""The chat page for a browser without JavaScript."""

import asyncio
import re

import httpx
import pytest
from sqlalchemy import select, update

from api import clock
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.database import transaction
from api.people.models import Person, Team
from tests.harness.chat import ChatBrowser
from tests.harness.line import NURSE_ONE, Line

CRISIS = "hes choking on a tablet cant breathe"
TEAM = "01632 960 999"


@pytest.fixture
async def chat(client: httpx.AsyncClient) -> ChatBrowser:
    return await ChatBrowser(client).open()


async def _messages() -> list[Message]:
    async with transaction() as session:
        return list((await session.execute(select(Message).order_by(Message.seq))).scalars())


async def test_the_first_page_says_what_this_is_who_reads_it_whom_to_ring_and_how_to_leave(chat: ChatBrowser) -> None:
    assert chat.status == 200
    for words in (
        "I am a computer, not a person",
        "The on-call nurses and our team can read what you write",
        "You do not have to say who you are",
        "It does not clear the list of pages",
        f"If a life is at risk ring 999 · the team on {TEAM}",
        "Leave this page",
    ):
        assert words in chat.text
    assert 'href="tel:999"' in chat.page
    assert 'href="tel:01632960999"' in chat.page
    assert "<script>" not in chat.page, "nothing inline: the policy forbids it"
    assert await _messages() == [], "looking at the page stores nothing"


async def test_a_message_is_kept_and_shown_after_a_redirect(chat: ChatBrowser) -> None:
    response = await chat.send("/chat/messages", body="hello <b>there</b>")
    assert response.status_code == 303
    assert response.headers["location"] == "/chat?wait=1#newest"

    await chat.open("/chat")
    look, words = chat.lines[0]
    assert look == "mine"
    assert "hello <b>there</b>" in words, "shown as it was written, not as markup"
    assert re.search(r"You \d\d:\d\d hello", words)


async def test_danger_gets_its_instruction_at_once_and_a_nurse_is_paged(line: Line, chat: ChatBrowser) -> None:
    await chat.say(CRISIS)

    look, words = chat.lines[-1]
    assert look == "urgent"
    assert words.split("Do this now ")[1].startswith("If they can cough")
    assert words.endswith("ring 999 now."), "what this is and who reads it comes after the instruction"
    assert "We are trying to reach a nurse. Nobody has answered yet." in chat.text
    await line.settle()
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)


async def test_the_page_waits_a_moment_for_the_answer(line: Line, chat: ChatBrowser) -> None:
    async def answer_soon() -> None:
        await asyncio.sleep(0.3)
        await line.settle()

    _, response = await asyncio.gather(answer_soon(), chat.say("who are you"))

    assert response.status_code == 200
    assert [look for look, _ in chat.lines] == ["mine", "plain"]


async def test_a_late_answer_is_one_press_away(chat: ChatBrowser) -> None:
    await chat.say("who are you")

    assert "Nightlight is reading what you wrote." in chat.text
    assert "Still working on it. Show my answer" in chat.text
    assert "refresh" not in chat.page, "a page that reloads itself would lose what is being typed"


async def test_looking_again_always_asks_again(chat: ChatBrowser) -> None:
    await chat.say("who are you")
    links = [re.findall(r'href="(/chat\?wait[^"]*)"', (await chat.open()).page) for _ in range(2)]

    assert links[0] != links[1], "to the address that it already shows, a browser only scrolls"


async def test_a_double_tap_stores_one_message(chat: ChatBrowser) -> None:
    posts = [chat.send("/chat/messages", body=CRISIS) for _ in range(5)]
    assert {response.status_code for response in await asyncio.gather(*posts)} == {303}

    assert [message.author for message in await _messages()] == ["carer", "nightlight"]


async def test_new_words_from_a_page_out_of_the_history_are_not_taken_for_a_repeat(chat: ChatBrowser) -> None:
    await chat.send("/chat/messages", body="hello")
    await chat.send("/chat/messages", body=CRISIS)

    assert [message.body for message in await _messages() if message.author == "carer"] == ["hello", CRISIS]


async def test_an_empty_message_is_explained_and_not_stored(chat: ChatBrowser) -> None:
    response = await chat.say("   ")

    assert response.status_code == 422
    assert "There are no words in the box yet." in chat.text
    assert 'aria-describedby="body-error"' in chat.page
    assert await _messages() == []


async def test_a_very_long_message_is_cut_openly(chat: ChatBrowser) -> None:
    await chat.say("a" * 10_050)

    assert len((await _messages())[0].body) == 10_000
    assert "We kept the first 10,000 characters." in chat.text


async def test_what_no_form_can_hold_is_refused_with_the_numbers_to_ring(chat: ChatBrowser) -> None:
    response = await chat.say("a" * 1_000_001)

    assert response.status_code == 413
    assert "too long to send in one go" in chat.text
    assert TEAM in chat.text


async def test_the_nurse_is_named_and_her_words_stand_out(line: Line, chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    await line.settle()
    await line.staff_text(NURSE_ONE, "accept")
    await chat.open()
    assert "Demo Nurse One from the on-call team has your message, as of" in chat.text

    async with transaction() as session:
        conversation = (await session.execute(select(Conversation))).scalar_one()
        nurse = (await session.execute(select(Person).where(Person.phone == NURSE_ONE))).scalar_one()
        await conversations.take_over(session, conversation, nurse)
        await conversations.say(session, conversation, "I am here. Ring 999 if it gets worse.", "person", person=nurse)
    await chat.open()

    assert "Demo Nurse One from the on-call team is reading and writing here." in chat.text
    look, words = chat.lines[-1]
    assert look == "nurse"
    assert words.startswith("Demo Nurse One, on-call team")
    assert '<a href="tel:999">999</a> if it gets worse.' in chat.page


async def test_a_closed_chat_says_so_and_the_next_message_opens_a_new_one(chat: ChatBrowser) -> None:
    await chat.say(CRISIS)
    async with transaction() as session:
        await session.execute(update(Conversation).values(closed_at=clock.now()))
    await chat.open()
    assert "This chat has ended. You can write again at any time." in chat.text
    assert "trying to reach" not in chat.text

    await chat.say("hello again")
    assert [words.split()[-1] for look, words in chat.lines if look == "mine"] == ["again"]


async def test_the_team_of_the_address_is_remembered(client: httpx.AsyncClient) -> None:
    async with transaction() as session:
        session.add(Team(code="north", name="North", phone="01632 960 111", line_number="+447700900150"))
    chat = await ChatBrowser(client).open("/chat?team=north")
    assert "the team on 01632 960 111" in chat.text

    await chat.say("hello")
    await chat.open("/chat")
    assert "the team on 01632 960 111" in chat.text


async def test_the_address_that_the_form_posts_to_leads_back_to_the_page(client: httpx.AsyncClient) -> None:
    for path in ("/chat/messages", "/chat/number"):
        assert (await client.get(path)).headers["location"] == "/chat"
