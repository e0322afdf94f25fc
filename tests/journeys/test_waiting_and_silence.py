"""Those who cannot wait, those who send nothing, and those whose person has died."""

import pytest
from sqlalchemy import select

from api.conversations.models import Conversation
from api.database import transaction
from api.escalations.models import Escalation, Task, TimelineEvent
from api.escalations.rules import Event
from tests.harness import hearing, seeds
from tests.harness.hearing import PAGE
from tests.harness.line import CARER, NURSE_ONE, OTHER_CARER, Line

AMBER, OTHER_AMBER = "nothing left in the tank", "the brown bottle is empty"
WAITS = "i dont feel safe waiting"


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    found = hearing.put_in(monkeypatch)
    found.may_be(AMBER, PAGE + 0.05, "carer_exhausted")
    found.may_be(OTHER_AMBER, PAGE + 0.05, "out_of_medicine")


async def priority() -> str:
    async with transaction() as session:
        return (await session.execute(select(Escalation.priority))).scalar_one()


async def times(kind: Event) -> int:
    async with transaction() as session:
        return len((await session.execute(select(TimelineEvent).where(TimelineEvent.kind == kind))).all())


async def tasks() -> list[str]:
    async with transaction() as session:
        return list((await session.execute(select(Task.kind))).scalars())


async def test_not_safe_waiting_goes_up_one_is_paged_again_and_counted(line: Line) -> None:
    await line.text(CARER, AMBER)
    assert await priority() == "P2"
    pages = len(line.phone(NURSE_ONE))

    await line.text(CARER, WAITS)
    assert await priority() == "P1"
    assert len(line.phone(NURSE_ONE)) == pages + 1
    assert "you cannot wait" in line.last(CARER)

    await line.text(CARER, "still no nurse")
    assert (await priority(), len(line.phone(NURSE_ONE))) == ("P1", pages + 1), "twice in a moment is one call"
    assert "No nurse has answered yet" in line.last(CARER)
    assert await times(Event.CANNOT_WAIT) == 2


async def test_even_after_the_nurse_has_rung_it_is_raised_again(line: Line) -> None:
    escalation_id = await seeds.crisis(CARER, AMBER)
    await seeds.contacted(escalation_id)
    pages = len(line.phone(NURSE_ONE))
    await line.text(CARER, WAITS)
    assert len(line.phone(NURSE_ONE)) == pages + 1


async def test_silence_is_asked_about_and_then_somebody_rings(line: Line) -> None:
    await line.text(CARER, "...")
    assert "no words in it" in line.last(CARER)
    await line.later(minutes=5)
    assert await tasks() == ["call_back"]
    assert "asked a person on our team to look" in line.last(CARER)
    assert line.phone(NURSE_ONE) == []


async def test_a_second_silence_pages(line: Line) -> None:
    await line.text(CARER, "...")
    await line.text(CARER, "?")
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)


async def test_yes_to_a_silent_phone_pages_and_no_leaves_it(line: Line) -> None:
    await line.text(CARER, "...")
    await line.text(CARER, "yes")
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)
    pages = len(line.phone(NURSE_ONE))
    await line.text(OTHER_CARER, "...")
    await line.text(OTHER_CARER, "no")
    await line.later(minutes=5)
    assert len(line.phone(NURSE_ONE)) == pages
    assert "You can text again at any time" in line.last(OTHER_CARER)


async def test_help_alone_with_no_answer_pages(line: Line) -> None:
    await line.text(CARER, "HELP")
    assert "Do you need a nurse now?" in line.last(CARER)
    await line.later(minutes=5)
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)


async def test_two_ambers_count_together_when_one_came_by_another_channel(line: Line) -> None:
    first = await seeds.crisis(CARER, AMBER)
    await seeds.resolved(first)
    async with transaction() as session:
        chat = (await session.execute(select(Conversation))).scalars().one()
        chat.channel, chat.address = "web", "a-thread"
    await line.text(CARER, OTHER_AMBER)
    async with transaction() as session:
        now = (await session.execute(select(Escalation.priority).where(Escalation.state != "resolved"))).scalar_one()
    assert now == "P1"


async def test_after_a_death_no_greeting_is_cheerful(line: Line, assistant: str) -> None:
    await line.text(CARER, "hello")
    assert "computer" in line.last(CARER)
    await line.text(OTHER_CARER, "mum has just died")
    async with transaction() as session:
        found = (await session.execute(select(Escalation))).scalars().one()
    await seeds.resolved(found.id)
    await line.text(OTHER_CARER, "thanks")
    assert any("I am here, at any hour" in words for words in line.phone(OTHER_CARER))
