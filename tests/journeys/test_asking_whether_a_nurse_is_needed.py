"""A message that may be a danger and may be none: one plain question, and nobody is left alone with no answer."""

import pytest
from sqlalchemy import select

from api.conversations.models import Ask, Message
from api.database import transaction
from api.escalations.models import Escalation, Found, Task
from api.triage.grading import Heard
from tests.harness import hearing
from tests.harness.hearing import ASK, PAGE, STRONG, Hearing
from tests.harness.line import CARER, NURSE_ONE, Line

QUIET = "its gone very quiet in there"
ODD = "he wants the curtains shut now"
BOTH = "the box was fuller than this"
HOPELESS = "it wont matter to me soon"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Hearing:
    found = hearing.put_in(monkeypatch)
    found.may_be(QUIET, STRONG + 0.1, "unconscious_unrousable")
    found.may_be(ODD, ASK + 0.05, "agitation_delirium")
    found.may_be(HOPELESS, STRONG + 0.1, "suicidal_carer")
    found.heard[BOTH] = Heard(STRONG + 0.1, (("suicidal_patient", 0.6), ("wrong_dose_opioid_toxicity", 0.4)))
    return found


async def outcomes() -> list[str | None]:
    async with transaction() as session:
        return list((await session.execute(select(Ask.outcome).order_by(Ask.at))).scalars())


async def test_the_question_is_put_and_yes_brings_the_nurse_with_what_was_heard(line: Line, heard: Hearing) -> None:
    await line.text(CARER, QUIET)
    assert "Do you need a nurse now?" in line.last(CARER)
    assert line.phone(NURSE_ONE) == []

    await line.text(CARER, "Yes please")
    assert "telling the on-call nurse" in line.last(CARER)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert await outcomes() == ["yes"]


async def test_nurse_and_1_say_yes_too(line: Line, heard: Hearing) -> None:
    for number, word in enumerate(("NURSE", "1")):
        await line.text(f"+44770090030{number}", QUIET)
        await line.text(f"+44770090030{number}", word)
    assert await outcomes() == ["yes", "yes"]


@pytest.mark.parametrize("words", ["Yes he's getting worse", "I think so"])
async def test_yes_in_other_words_is_yes(line: Line, heard: Hearing, words: str) -> None:
    await line.text(CARER, QUIET)
    await line.text(CARER, words)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert await outcomes() == ["yes"]


async def test_no_in_other_words_is_no(line: Line, heard: Hearing) -> None:
    await line.text(CARER, QUIET)
    await line.text(CARER, "No we're ok thanks, just wondering")
    await line.later(minutes=10)
    assert line.phone(NURSE_ONE) == []
    assert await outcomes() == ["no"]


async def test_a_no_that_says_more_closes_nothing(line: Line, heard: Hearing) -> None:
    await line.text(CARER, QUIET)
    await line.text(CARER, "no idea, the bins go out tomorrow")
    await line.later(minutes=5)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert any("To be safe I am telling the on-call nurse now" in text for text in line.phone(CARER))
    assert await outcomes() == ["unanswered"]


async def test_long_after_the_question_only_a_plain_answer_is_one(line: Line, heard: Hearing) -> None:
    await line.text(CARER, ODD)
    await line.later(hours=2)
    await line.text(CARER, "yes he gets a pension")
    assert line.phone(NURSE_ONE) == []
    await line.text(CARER, "yes")
    assert "NIGHTLIGHT" in line.last(NURSE_ONE)


async def test_what_may_be_about_a_life_is_asked_in_plain_words_with_the_helpline_at_once(
    line: Line, heard: Hearing
) -> None:
    await line.text(CARER, HOPELESS)
    asked = line.last(CARER)
    assert "Is anyone thinking of ending their life, or have they done something already?" in asked
    assert "Samaritans 116 123" in asked
    assert "999" in asked
    assert line.phone(NURSE_ONE) == []


@pytest.mark.parametrize("words", ["yes", "not really", "I don't know", "me", "sometimes"])
async def test_half_a_yes_about_a_life_brings_the_nurse(line: Line, heard: Hearing, words: str) -> None:
    await line.text(CARER, HOPELESS)
    await line.text(CARER, words)
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)
    told = "Thank you for telling me. I am telling the on-call nurse now: a real person."
    assert line.last(CARER).startswith(told)
    assert await outcomes() == ["yes"]


async def test_no_about_a_life_wakes_nobody_and_silence_does(line: Line, heard: Hearing) -> None:
    await line.text(CARER, HOPELESS)
    await line.text(CARER, "no its just a saying")
    await line.later(minutes=10)
    assert line.phone(NURSE_ONE) == []

    other = "+447700900301"
    await line.text(other, HOPELESS)
    await line.later(minutes=5)
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)
    assert await outcomes() == ["no", "unanswered"]


async def test_a_no_about_a_life_does_not_close_what_else_was_heard(line: Line, heard: Hearing) -> None:
    await line.text(CARER, BOTH)
    assert "ending their life" in line.last(CARER)
    await line.text(CARER, "no")
    await line.later(minutes=5)
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)


async def test_a_no_to_what_the_assistant_said_since_closes_nothing(line: Line, heard: Hearing) -> None:
    await line.text(CARER, QUIET)
    async with transaction() as session:
        said = (await session.execute(select(Message).order_by(Message.seq.desc()).limit(1))).scalar_one()
        said.kind = "assistant:symptom_information"
    await line.text(CARER, "no")
    await line.later(minutes=5)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)


async def test_half_a_yes_about_a_life_counts_after_the_assistant_has_not_understood_something(
    line: Line, heard: Hearing
) -> None:
    await line.text(CARER, HOPELESS)
    await line.text(CARER, "oh no")
    assert line.phone(NURSE_ONE) == []
    await line.text(CARER, "sometimes")
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)


async def test_what_is_hardly_about_a_life_and_no_answer_brings_a_call_and_wakes_nobody(
    line: Line, heard: Hearing
) -> None:
    heard.may_be("it wont be for much longer", ASK + 0.05, "suicidal_carer")
    await line.text(CARER, "it wont be for much longer")
    await line.later(minutes=5)
    assert line.phone(NURSE_ONE) == []
    assert "I have asked a person on our team to look" in line.last(CARER)
    async with transaction() as session:
        task = (await session.execute(select(Task))).scalars().one()
    assert (task.kind, task.priority) == ("call_back", "P2")
    assert "may be about a life" in task.reason


async def test_likely_danger_and_no_answer_pages_when_the_time_is_up_and_says_so(line: Line, heard: Hearing) -> None:
    await line.text(CARER, QUIET)
    await line.later(minutes=3)
    assert line.phone(NURSE_ONE) == []

    await line.later(minutes=2)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert "I have not heard back" in line.phone(CARER)[1]
    assert await outcomes() == ["unanswered"]


async def test_less_likely_danger_and_no_answer_wakes_nobody(line: Line, heard: Hearing) -> None:
    await line.text(CARER, ODD)
    await line.later(minutes=30)
    assert line.phone(NURSE_ONE) == []
    assert await outcomes() == [None]


async def test_no_wakes_nobody_and_the_assistant_answers_what_was_asked(line: Line, heard: Hearing) -> None:
    await line.text(CARER, QUIET)
    await line.text(CARER, "no thanks")
    await line.later(minutes=10)

    assert line.phone(NURSE_ONE) == []
    assert len(line.phone(CARER)) == 2, "the assistant's answer, or its fallback where none is running"
    assert await outcomes() == ["no"]


async def test_a_calm_message_afterwards_takes_nothing_back(line: Line, heard: Hearing) -> None:
    await line.text(CARER, QUIET)
    await line.text(CARER, "the bins go out tomorrow")
    await line.later(minutes=5)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)


async def test_who_was_not_asked_about_a_life_is_not_thanked_for_telling(line: Line, heard: Hearing) -> None:
    await line.text(CARER, ODD)
    await line.text(CARER, HOPELESS)
    assert "telling the on-call nurse" in line.last(CARER)
    assert "Thank you for telling me" not in line.last(CARER)


async def test_a_second_message_that_may_be_danger_is_not_asked_about_again(line: Line, heard: Hearing) -> None:
    await line.text(CARER, ODD)
    await line.text(CARER, QUIET)

    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert "telling the on-call nurse" in line.last(CARER)
    async with transaction() as session:
        found = set((await session.execute(select(Found.category))).scalars())
    assert found == {"unconscious_unrousable", "agitation_delirium"}


async def test_danger_that_is_plain_closes_the_question(line: Line, heard: Hearing) -> None:
    await line.text(CARER, ODD)
    await line.text(CARER, "hes stopped breathing")
    await line.later(minutes=10)
    assert await outcomes() == ["overtaken"]
    async with transaction() as session:
        assert len((await session.execute(select(Escalation.id))).all()) == 1


async def test_what_only_the_learned_screen_hears_is_paged_with_the_first_instruction(
    line: Line, heard: Hearing
) -> None:
    heard.heard["its like talking to the wall with her since tea"] = Heard(
        PAGE + 0.05, (("unconscious_unrousable", 0.95), ("seizure", 0.05))
    )
    await line.text(CARER, "its like talking to the wall with her since tea")

    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert "999" in line.last(CARER)
    async with transaction() as session:
        found = (await session.execute(select(Found))).scalars().one()
    assert (found.source, found.category, found.matched) == ("learned", "unconscious_unrousable", "")


async def test_a_page_for_want_of_an_answer_is_not_told_to_a_phone_that_may_be_watched(
    line: Line, heard: Hearing
) -> None:
    heard.may_be("you should hear him when the door shuts", STRONG + 0.1, "domestic_abuse")
    await line.text(CARER, "you should hear him when the door shuts")
    await line.later(minutes=5)
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)
    assert len(line.phone(CARER)) == 1, "only the question"
