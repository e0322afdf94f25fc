"""A day after a call for help the carer is asked two questions; what they answer is never put before a cry for help."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, outbox
from api.conversations import moves
from api.conversations import service as conversations
from api.conversations.aftercare import jobs
from api.conversations.aftercare import service as aftercare
from api.conversations.models import Conversation, Message
from api.conversations.rules import Channel
from api.conversations.service import Inbound
from api.database import transaction
from api.errors import BadData
from api.escalations import tasks
from api.escalations.rules import Outcome, TaskKind, TaskOutcome
from api.switches import service as switches
from api.switches.rules import Switch
from tests.harness.after import at, at_noon, dealt_with, open_tasks, surveys
from tests.harness.line import CARER, NURSE_ONE, OTHER_CARER, Line
from tests.harness.seeds import carer_writes, nurse

FIRST, SECOND = "Did we help?", "Did you feel safe after talking to us?"


async def test_yes_and_no_ask_a_person_to_be_in_touch_and_nobody_is_asked_twice(line: Line) -> None:
    await dealt_with(line, CARER)
    await at_noon(line)
    assert FIRST in line.last(CARER)
    assert "You do not have to answer" in line.last(CARER)
    await jobs.sweep_surveys()
    await line.sweep()
    assert len([words for words in line.phone(CARER) if FIRST in words]) == 1

    await line.text(CARER, "Yes.")
    assert SECOND in line.last(CARER)
    await line.text(CARER, "NO")
    assert "I have asked a person on our team to ring or write to you" in line.last(CARER)
    (task,) = await open_tasks()
    assert (task.kind, task.priority) == ("call_back", "P2")
    assert "did not feel safe" in task.reason
    (kept,) = await surveys()
    assert (kept.helped, kept.safe) == ("yes", "no")
    assert kept.answered_at is not None

    await line.text(CARER, "no")  # An ordinary message: nothing is asked any more.
    assert [(one.helped, one.safe) for one in await surveys()] == [("yes", "no")]
    before = len(line.phone(CARER))
    await at_noon(line, days=30)
    assert len([words for words in line.phone(CARER)[before:] if FIRST in words]) == 0


async def test_after_a_death_a_suicide_or_abuse_nobody_is_asked(line: Line) -> None:
    await dealt_with(line, CARER, outcome=Outcome.DIED)
    await dealt_with(line, OTHER_CARER, "my husband hits me when hes had a drink, im scared of him")
    await dealt_with(line, "+447700900003", "i keep thinking about killing myself")
    await dealt_with(line, "+447700900004", "mum passed away an hour ago, it was expected")
    await at_noon(line)
    await at_noon(line)
    assert await surveys() == []


async def test_what_is_only_said_in_passing_or_noted_by_staff_counts_too(line: Line) -> None:
    first, second, third = [await dealt_with(line, number) for number in (CARER, OTHER_CARER, "+447700900003")]
    await to_noon()
    async with transaction() as session:
        passing = await conversations.locked(session, first.conversation_id)
        await carer_says(session, passing, "thanks for all you did, the funeral is on friday")
        task = await tasks.add(session, second.conversation_id, passing.team_id, TaskKind.CALL_BACK, "Ring.")
        nurse_one = await nurse("Demo Nurse One")
        await tasks.finish(session, task.id, nurse_one, "Son says she passed away.", TaskOutcome.SPOKE)
        task.done_at = clock.now() - timedelta(days=1)
        every = (first, second, third)
        assert [await aftercare.ask(session, one.conversation_id) for one in every] == ["never after"] * 2 + [None]


async def carer_says(session: AsyncSession, conversation: Conversation, words: str) -> None:
    """This was said a day before and has been answered."""
    inbound = Inbound(Channel.SMS, conversation.address, f"test:{uuid4()}", words)
    message = await conversations.store(session, conversation, inbound)
    assert message is not None
    message.at = conversation.last_message_at = clock.now() - timedelta(days=1)
    message.answered_at = message.at


async def test_a_question_that_comes_between_is_answered_and_not_the_survey(line: Line) -> None:
    conversation_id = (await dealt_with(line, CARER)).conversation_id
    await at_noon(line)
    async with transaction() as session:
        conversation = await conversations.locked(session, conversation_id)
        await conversations.say(session, conversation, "Shall I ring you at five?", "staff")
    await line.text(CARER, "yes")
    await line.text(CARER, "HELP")
    await line.text(CARER, "no")
    assert "Thank you. You can text again at any time." in line.last(CARER)
    (kept,) = await surveys()
    assert (kept.helped, kept.answered_at) == (None, None)


@pytest.mark.parametrize("what", ["away until the night", "killed while sending", "a death is told"])
async def test_a_survey_that_was_written_and_has_not_gone_out_may_no_longer_be_right(line: Line, what: str) -> None:
    conversation_id = (await dealt_with(line, CARER)).conversation_id
    before = len(line.phone(CARER))
    await to_noon()
    async with transaction() as session:
        assert await aftercare.ask(session, conversation_id) is None
    async with transaction() as session:
        (message_id,) = await outbox.due(session, Message)
        if what == "killed while sending":
            assert await outbox.claim(session, Message, message_id) is not None
        if what == "a death is told":
            await moves.note_death(session, await conversations.locked(session, conversation_id))
    clock.move(timedelta(hours=14) if what == "away until the night" else timedelta(minutes=1))
    await line.sweep()
    assert line.phone(CARER)[before:] == []
    await line.text(CARER, "yes")
    (kept,) = await surveys()
    assert (kept.helped, kept.answered_at) == (None, None)


async def to_noon() -> None:
    """It is the next noon that is a day ahead; nobody has looked for anything yet."""
    clock.move(timedelta(hours=24 + (12 - (clock.now() + timedelta(days=1)).astimezone(clock.UK).hour) % 24))


async def test_a_crisis_written_as_an_answer_pages_and_a_reserved_word_keeps_its_meaning(line: Line) -> None:
    await dealt_with(line, CARER)
    await dealt_with(line, OTHER_CARER)
    await dealt_with(line, "+447700900003")
    await at_noon(line)
    assert len(await surveys()) == 3
    pages = len(line.phone(NURSE_ONE))

    await line.text(CARER, "no he has stopped breathing")
    assert "999" in line.last(CARER)
    assert any("NIGHTLIGHT P0" in words for words in line.phone(NURSE_ONE)[pages:])
    await line.text(CARER, "no")
    await line.text(OTHER_CARER, "1")
    assert "I am telling the on-call nurse now" in line.last(OTHER_CARER)
    await line.text(OTHER_CARER, "yes")
    before = len(line.phone("+447700900003"))
    await line.text("+447700900003", "STOP", OptOutType="STOP")
    await line.text("+447700900003", "yes")
    assert line.phone("+447700900003")[before:] == []
    assert [one.answered_at for one in await surveys()] == [None, None, None]


async def test_what_is_no_plain_answer_or_comes_too_late_ends_it(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (CARER, OTHER_CARER, "+447700900003"):
        await dealt_with(line, number)
    await at_noon(line)
    await line.text(CARER, "what money is there for carers")
    await line.text(CARER, "yes")
    with monkeypatch.context() as broken:
        broken.setattr(aftercare, "aftercare", unusable)
        assert await line.text("+447700900003", "yes") == 200, "no message is lost for a file of ours"
    await at(line, timedelta(hours=49))
    await line.text(OTHER_CARER, "yes")
    assert [one.helped for one in await surveys()] == [None, None, None]


def unusable() -> None:
    raise BadData("aftercare.yml cannot be used")


async def test_in_the_web_chat_without_a_number_a_person_writes(line: Line) -> None:
    address = "thread-of-a-browser"
    conversation_id = await carer_writes("hello", address, Channel.WEB)
    async with transaction() as session:
        conversation = await conversations.locked(session, conversation_id)
        conversation.contact_number = None
        for message in await conversations.thread(session, conversation.id):
            message.answered_at = clock.now()
    await at_noon(line)
    for words in ("partly", "no"):
        await carer_writes(words, address, Channel.WEB)
    (kept,) = await surveys()
    assert (kept.helped, kept.safe) == ("partly", "no")
    (task,) = await open_tasks()
    assert task.kind == "reply_by_person"


async def test_while_something_is_open_or_switched_nobody_is_asked(line: Line) -> None:
    conversation_id = (await dealt_with(line, CARER)).conversation_id
    web_id = await carer_writes("hello", CARER, Channel.WEB)  # The same carer, who gave this number in the chat.
    await to_noon()
    seen = []
    async with transaction() as session:
        conversation = await conversations.locked(session, conversation_id)
        seen.append(await aftercare.ask(session, conversation_id))
        for message in await conversations.thread(session, web_id):
            message.answered_at = clock.now()
        task = await tasks.add(session, web_id, conversation.team_id, TaskKind.CALL_BACK, "Ring about the bed.")
        seen.append(await aftercare.ask(session, conversation_id))
        await tasks.finish(session, task.id, await nurse("Demo Nurse One"), "Rang.", TaskOutcome.SPOKE)
        seen.append(await aftercare.ask(session, conversation_id))
        task.done_at = clock.now() - timedelta(days=1)
        ends_at = clock.now() + timedelta(hours=2)
        await switches.turn_on(session, conversation.team_id, Switch.NO_CAPACITY, "Two are ill", ends_at, "test")
        seen.append(await aftercare.ask(session, conversation_id))
        await switches.turn_off(session, conversation.team_id, Switch.NO_CAPACITY, "test")
        await conversations.say(session, conversation, "Shall I come at five?", "staff")
        seen.append(await aftercare.ask(session, conversation_id))
    assert seen == ["question open", "task open", "not still", "switched", "question open"]
    assert await surveys() == []


async def test_one_carer_with_two_channels_is_asked_once_however_many_look_at_the_same_moment(line: Line) -> None:
    conversation_id = (await dealt_with(line, CARER)).conversation_id
    web_id = await carer_writes("hello", CARER, Channel.WEB)
    async with transaction() as session:
        for message in await conversations.thread(session, web_id):
            message.answered_at = clock.now()
    await to_noon()
    await asyncio.gather(*(jobs.ask(str(one)) for one in (conversation_id, web_id, conversation_id, web_id)))
    assert len(await surveys()) == 1
