"""A carer rings the line: heard, kept company, and put together with the nurse."""

import pytest
from sqlalchemy import select

from api import telephone
from api.clients.pretend import Behaviour
from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Conversation, Message
from api.database import transaction
from api.escalations import service as desk
from api.escalations.models import Escalation, Task
from api.escalations.rules import Outcome, State
from api.people.models import Person
from api.triage.grading import Decision
from api.triage.screening import grade
from tests.harness.line import CARER, NURSE_ONE, NURSE_TWO, Line

CRISIS = "please help hes stopped breathing"
GREETING = "Nightlight. Life at risk? Ring 9 9 9."  # Then, by day or by night: press 0 for the nurse.


async def escalations() -> list[Escalation]:
    async with transaction() as session:
        return list((await session.execute(select(Escalation).order_by(Escalation.raised_at))).scalars())


async def said() -> list[str]:
    """Everything in all conversations, in order."""
    async with transaction() as session:
        return [one.body for one in (await session.execute(select(Message).order_by(Message.seq))).scalars()]


async def test_the_first_words_are_short_and_say_what_matters(line: Line) -> None:
    call = await line.ring(CARER)
    assert call.heard[0].startswith(GREETING)
    assert call.heard[0].endswith("urse? Press 0.")
    assert len(call.heard[0].split()) <= 12, "four seconds at an unhurried pace"
    assert "press 9" in " ".join(call.heard)
    assert call.waiting is not None, "and listens"


async def test_a_crisis_reaches_a_nurse_who_takes_the_call_by_a_key(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, CRISIS)
    heard = " ".join(call.heard)
    assert "Ring 9 9 9 now" in heard, "the first instruction"
    assert "Stay on the line if you can" in heard
    nurse = await line.pick_up(NURSE_ONE)
    assert "stopped breathing" not in " ".join(nurse.heard), "nothing of the carer's before the key"

    await line.silence(CARER)
    assert "I am still here." in call.heard[-1]
    await line.key(NURSE_ONE, "1")
    assert "stopped breathing" in " ".join(nurse.heard), "the whisper"
    assert call.status == nurse.status == "in-progress"
    assert NURSE_ONE in call.heard[-1]
    assert CARER in nurse.heard[-1], "they are in the conference together"
    assert (await escalations())[0].state == State.ACCEPTED
    await line.call_ends(NURSE_ONE)
    assert "no longer on the line" in call.heard[-1]
    await line.call_ends(CARER)
    assert "Did you speak with them?" in line.last(NURSE_ONE)
    assert line.carrier.switchboard.of(CARER) == [call], "they were together: nobody is rung back"


async def test_news_waits_until_the_instruction_has_been_said(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, CRISIS)
    heard = list(call.heard)
    await line.staff_text(NURSE_ONE, "1a")
    assert call.heard == heard, "how to press on the chest is not cut off"
    await line.later(minutes=1)
    assert any("Demo Nurse One" in words for words in call.heard[len(heard) :]), "then it is told at once"


async def test_a_nurse_whose_line_drops_is_rung_again_by_one_key(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, CRISIS)
    await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "1")
    await line.staff_text(NURSE_ONE, "1c")
    await line.call_ends(NURSE_ONE)
    await line.key(CARER, "1")
    assert "I am ringing the nurse again." in " ".join(call.heard[-2:])
    await line.silence(CARER)
    assert "I am ringing Demo Nurse One to put you through" in call.heard[-1], "also after they have spoken once"
    nurse = await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "1")
    assert (call.status, nurse.status) == ("in-progress", "in-progress")
    assert CARER in nurse.heard[-1]


async def test_where_no_nurse_can_be_rung_again_the_key_calls_for_one_as_ever(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, CRISIS)
    await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "1")
    await line.staff_text(NURSE_ONE, "1c")
    async with transaction() as session:
        one = await desk.locked(session, (await escalations())[0].id)
        await desk.resolve(session, one.id, await session.get_one(Person, one.accepted_by_id), Outcome.ADVICE, "done")
    await line.settle()
    pages = len(line.phone(NURSE_ONE))
    await line.call_ends(NURSE_ONE)
    await line.key(CARER, "1")
    assert "I am ringing the nurse again." not in " ".join(call.heard)
    assert any("NIGHTLIGHT P" in text for text in line.phone(NURSE_ONE)[pages:]), "a nurse is asked for anew"


async def test_a_phone_that_may_be_watched_hears_and_reads_of_no_nurse(line: Line) -> None:
    await line.ring(CARER)
    await line.say(CARER, "he hits me and he reads my phone, please dont text")
    assert (await escalations())[0].silent
    call = line.call(CARER)
    heard = len(call.heard)
    for _ in range(3):
        await line.silence(CARER)
    assert not any("on-call nurse now" in words or "Stay on the line if" in words for words in call.heard[heard:])
    await line.call_ends(CARER)
    await line.ring(CARER)
    await line.call_ends(CARER)
    await line.later(minutes=3)
    assert line.phone(CARER) == []


async def test_whoever_accepts_by_text_is_rung_and_put_through(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, "I need a nurse, he is in so much pain and nothing works")
    await line.staff_text(NURSE_ONE, "1a")
    await line.silence(CARER)
    assert "Demo Nurse One has your call. I am ringing Demo Nurse One to put you through." in call.heard[-1]
    await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "1")
    async with transaction() as session:
        assert (await session.execute(select(CarerCall))).scalar_one().connected_at is not None


async def test_nobody_answers_and_the_caller_hears_the_truth(line: Line) -> None:
    for phone in (NURSE_ONE, NURSE_TWO):
        line.carrier.phones[phone] = Behaviour.OFF
    await line.ring(CARER)
    call = await line.say(CARER, CRISIS)
    for _ in range(30):
        await line.later(seconds=15)
        await line.silence(CARER)
    heard = " ".join(call.heard)
    assert "Nobody has answered yet" in heard or "nobody has answered yet" in heard
    assert "ring 1 1 1" in heard
    assert call.status == "in-progress", "nobody is hung up on"


async def test_a_call_that_breaks_off_after_danger_is_rung_back_twice_and_texted_once(line: Line) -> None:
    await line.ring(CARER)
    await line.say(CARER, CRISIS)
    await line.call_ends(CARER)
    await line.later(seconds=30)
    first = line.call(CARER)
    assert not first.inbound
    await line.call_ends(CARER, "no-answer")
    await line.later(seconds=120)
    assert line.call(CARER) is not first
    await line.call_ends(CARER, "no-answer")
    await line.later(seconds=120)
    assert len(line.carrier.switchboard.of(CARER)) == 3, "rang once, rung back twice"
    assert sum("we were cut off" in text for text in line.phone(CARER)) == 1


async def test_whom_a_nurse_will_ring_is_not_rung_by_us_besides(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "1a")
    await line.call_ends(CARER)
    await line.later(minutes=4)
    assert line.carrier.switchboard.of(CARER) == [call]
    assert not any("cut off" in text for text in line.phone(CARER))


async def test_who_is_rung_back_goes_on_where_they_were(line: Line) -> None:
    await line.ring(CARER)
    await line.say(CARER, CRISIS)
    await line.call_ends(CARER)
    await line.later(seconds=30)
    call = await line.pick_up(CARER)
    assert "ringing you back" in " ".join(call.heard)
    await line.say(CARER, "hes gone blue")
    assert len(await escalations()) == 1


async def test_keys_alone_reach_a_nurse(line: Line) -> None:
    await line.ring(CARER)
    call = await line.key(CARER, "9")
    assert "For medicines, press 2." in " ".join(call.heard)
    await line.key(CARER, "*")
    assert "For medicines, press 2." in call.heard[-1], "star repeats"
    await line.key(CARER, "0")
    assert "NIGHTLIGHT P" in line.last(NURSE_ONE)
    assert "I am telling the on-call nurse now." in " ".join(call.heard)


async def test_silence_is_asked_twice_and_then_brings_a_person(line: Line) -> None:
    await line.ring(CARER)
    call = await line.silence(CARER)
    assert "I did not hear anything." in call.heard[-1]
    await line.silence(CARER)
    assert "If you cannot speak, press 1 or 0" in call.heard[-1]
    assert not line.phone(NURSE_ONE)
    await line.silence(CARER)
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)
    assert (await escalations())[0].category == "silent_or_help_only"


async def test_a_withheld_number_is_asked_for_and_remembers_nothing(line: Line) -> None:
    await line.ring("anonymous")
    call = await line.say("anonymous", CRISIS)
    assert "I cannot see your number" in " ".join(call.heard)
    await line.call_ends("anonymous")
    async with transaction() as session:
        tasks = (await session.execute(select(Task))).scalars().all()
    assert any("hidden number" in task.reason for task in tasks)
    again = await line.ring("anonymous")
    assert "You rang before" not in " ".join(again.heard)


async def test_a_call_without_a_word_gets_one_text_and_the_third_a_nurse(line: Line) -> None:
    for _ in range(2):
        await line.ring(CARER)
        await line.call_ends(CARER)
    assert "we heard no words" in line.last(CARER)
    assert not line.phone(NURSE_ONE)
    await line.ring(CARER)
    await line.call_ends(CARER)
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)


async def test_what_was_hardly_heard_is_read_back_before_it_counts(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, "can I have 2 parking permits", sure=0.3)
    assert "I heard: can I have 2 parking permits." in call.heard[-1]
    async with transaction() as session:
        message = (await session.execute(select(Message).where(Message.author == "carer"))).scalar_one()
    assert message.answered_at is not None, "the assistant has nothing to go by yet"
    await line.say(CARER, "muffled words", sure=0.2)
    assert "Please say it again" in call.heard[-1]


async def test_danger_counts_however_unsure_the_recogniser_is(line: Line) -> None:
    await line.ring(CARER)
    await line.say(CARER, CRISIS, sure=0.1)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)


async def test_without_the_assistant_the_caller_still_gets_an_answer(line: Line) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, "can I get any money for looking after him")
    assert "I have asked a person to listen to it" in " ".join(call.heard)
    assert call.waiting is not None


async def test_a_webhook_that_comes_twice_is_answered_alike_and_kept_once(line: Line) -> None:
    call = await line.ring(CARER)
    assert call.waiting is not None
    action, form = call.waiting.action, {"CallSid": call.sid, "SpeechResult": CRISIS, "Confidence": "0.9"}
    first = await line.carrier.wire.ask(action, form, CARER)
    assert first == await line.carrier.wire.ask(action, form, CARER)
    assert (await said()).count(CRISIS) == 1
    assert len(await escalations()) == 1


@pytest.mark.parametrize("how", ["get well soon card", "thanks for nothing"])
async def test_the_next_caller_on_a_shared_phone_inherits_nothing(line: Line, how: str) -> None:
    await line.ring(CARER)
    await line.say(CARER, how)
    await line.call_ends(CARER)
    await line.ring(CARER)
    async with transaction() as session:
        conversations = (await session.execute(select(Conversation))).scalars().all()
    assert len(conversations) == 2
    assert sum(one.closed_at is None for one in conversations) == 1


async def test_the_assistant_answers_in_the_same_breath(line: Line, assistant: str) -> None:
    await line.ring(CARER)
    call = await line.say(CARER, "how do I sign up for help if the power goes off")
    heard = " ".join(call.heard[-8:])
    assert "put you on their priority list" in heard
    assert "http" not in heard
    assert "www" not in heard
    await line.key(CARER, "9")
    await line.key(CARER, "3")
    assert "night" in " ".join(call.heard[-8:])
    assert not line.phone(NURSE_ONE), "a choice by key wakes nobody"


async def test_every_choice_by_key_is_an_everyday_need() -> None:
    assert [one.means for one in telephone.wanted().menu.values() if grade(one.means).decision != Decision.NONE] == []
