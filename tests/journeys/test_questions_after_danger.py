"""After the first instruction a carer is asked a few things, one at a time; the nurse reads the answers."""

import re

import pytest
from sqlalchemy import select

from api.conversations.models import Conversation
from api.database import transaction
from api.escalations import answers
from api.escalations.models import Escalation
from tests.harness.chat import ChatBrowser
from tests.harness.line import CARER, NURSE_ONE, Line

CRISIS = "shes in agony nothing is touching the pain"


async def told() -> list[str]:
    async with transaction() as session:
        escalation = (await session.execute(select(Escalation))).scalars().one()
        return [answer.topic for answer in await answers.of(session, escalation.id)]


async def open_questions() -> object:
    async with transaction() as session:
        return (await session.execute(select(Conversation.questions))).scalar_one()


async def test_three_questions_one_at_a_time_and_the_page_never_waits_for_them(line: Line, assistant: str) -> None:
    await line.text(CARER, CRISIS)
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)
    instruction, first = line.phone(CARER)
    assert "telling the nurse" in instruction or "on-call nurse" in instruction
    assert "when did it start" in first

    await line.text(CARER, "since about ten, worse every hour")
    assert "just-in-case" in line.last(CARER)
    await line.text(CARER, "skip")
    assert "address or postcode" in line.last(CARER)
    await line.text(CARER, "14 mill lane")
    assert "No nurse has answered yet" in line.last(CARER)
    assert await told() == ["since_when", "where"]
    assert await open_questions() is None

    await line.text(CARER, "ok thank you")
    assert "No nurse has answered yet" in line.last(CARER), "nothing more is asked"


async def test_a_worse_danger_in_an_answer_is_heard_first(line: Line, assistant: str) -> None:
    await line.text(CARER, CRISIS)
    await line.text(CARER, "oh god shes stopped breathing")
    assert "999" in line.last(CARER)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)


async def test_when_the_nurse_takes_it_the_questions_go_on_and_after_she_has_rung_they_end(
    line: Line, assistant: str
) -> None:
    await line.text(CARER, CRISIS)
    found = re.search(r"\b(\d+)a\b", line.last(NURSE_ONE))
    assert found is not None
    code = found[1]
    await line.staff_text(NURSE_ONE, f"{code}a")
    await line.text(CARER, "since about ten")
    assert "just-in-case" in line.last(CARER)
    await line.staff_text(NURSE_ONE, f"{code}c")
    await line.text(CARER, "is there any money for carers")
    assert any("what you can claim" in text for text in line.phone(CARER)[-2:])
    assert await told() == ["since_when"]


@pytest.mark.parametrize("words", ["i want to kill myself tonight", "my husband hits me when hes had a drink"])
async def test_where_a_question_could_harm_nothing_is_asked(line: Line, assistant: str, words: str) -> None:
    await line.text(CARER, words)
    assert len(line.phone(CARER)) == 1


async def test_without_the_assistant_nothing_is_asked_and_nothing_is_missing(line: Line) -> None:
    await line.text(CARER, CRISIS)
    assert len(line.phone(CARER)) == 1
    await line.text(CARER, "14 mill lane")
    assert "No nurse has answered yet" in line.last(CARER)


async def test_a_number_to_ring_written_between_is_no_answer_to_the_question(line: Line, assistant: str) -> None:
    chat = await ChatBrowser(line.client).open()
    await chat.say(CRISIS)
    await line.settle()
    await chat.open()
    assert "when did it start" in chat.lines[-1][1]

    await chat.say("07700 900123")
    await line.settle()
    assert await told() == []
    await chat.say("since about ten, worse every hour")
    await line.settle()
    await chat.open()
    assert "just-in-case" in chat.lines[-1][1]
    assert await told() == ["since_when"]
