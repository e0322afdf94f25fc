"""A guide's question goes out beside its answer, and a number is an answer only while the question is the last word."""

from uuid import UUID

import pytest
from sqlalchemy import select

from api import gsm7
from api.channels import jobs as channels
from api.clients import rasa
from api.clients.rasa import Turn
from api.conversations import service
from api.conversations.models import Conversation, Message
from api.conversations.rules import Channel
from api.database import transaction
from api.escalations import service as escalations
from tests.harness import seeds
from tests.harness.line import CARER
from tests.harness.stand_in import Carrier

ANSWER = "Macmillan can check what you can claim. Ring [team number]."
QUESTION = "How old is the person you care for? Reply 1 for under 16, 2 for 16 to 65, 3 for 66 or over."
SKIP = "To stop the questions, reply SKIP. For a nurse, reply NURSE."


class Assistant:
    """Stands where Rasa stands: it says what its script says, and remembers what it was told."""

    def __init__(self) -> None:
        self.script: list[Turn] = []
        self.heard: list[tuple[str, bool]] = []

    async def ask(self, _dialogue: str, _message: object, text: str, _channel: str, guide_open: bool = False) -> Turn:
        self.heard.append((text, guide_open))
        return self.script.pop(0)


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Assistant:
    stand_in = Assistant()
    monkeypatch.setattr(rasa, "ask", stand_in.ask)
    return stand_in


def plain(words: str = "You are welcome.") -> Turn:
    return Turn((words,), "thanks", 0.9, ())


def begins(question: str = QUESTION) -> Turn:
    return Turn((ANSWER, question, SKIP), "who_are_you", 0.9, (), guide="asks", guide_from=1)


def asks(question: str = QUESTION) -> Turn:
    return Turn((question,), "nlu_fallback", 0.3, (), guide="asks")


def tells() -> Turn:
    return Turn(("There is money for children.", "For a nurse, reply NURSE."), "greeting", 0.9, (), guide="tells")


async def writes(words: str, channel: Channel = Channel.SMS) -> UUID:
    conversation_id = await seeds.carer_writes(words, channel=channel)
    await channels.turn(str(conversation_id))
    return conversation_id


async def spoken(conversation_id: UUID) -> list[tuple[str, str]]:
    """What we said: the kind and the words."""
    async with transaction() as session:
        found = select(Message).where(Message.conversation_id == conversation_id, Message.author != "carer")
        return [(one.kind or "", one.body) for one in (await session.execute(found.order_by(Message.seq))).scalars()]


async def test_a_long_question_is_a_text_of_its_own_after_the_answer(db: str, carrier: Carrier, bot: Assistant) -> None:
    bot.script = [begins()]
    conversation_id = await writes("money")
    answer, question = carrier.to(CARER)
    assert answer.startswith("Nightlight, a computer.")
    assert answer.endswith("01632 960 999.")
    assert question == f"{QUESTION}\n{SKIP}"
    assert max(gsm7.length(text) for text in (answer, question)) <= gsm7.TEXT_LIMIT
    assert [kind for kind, _ in await spoken(conversation_id)] == ["assistant:who_are_you", "guide:asks"]


async def test_a_short_question_goes_out_with_the_answer_once_the_opening_is_said(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    bot.script = [plain(), begins("Are you under 18? Reply YES or NO.")]
    await writes("hello")
    await writes("money")
    assert len(carrier.to(CARER)) == 2
    assert carrier.to(CARER)[1].startswith("Macmillan can check")
    assert carrier.to(CARER)[1].endswith(f"Reply YES or NO.\n{SKIP}")


async def test_on_the_web_answer_and_question_are_two_messages(db: str, bot: Assistant) -> None:
    bot.script = [begins()]
    (answered, answer), (asked, question) = await spoken(await writes("money", Channel.WEB))
    assert (answered, asked) == ("assistant:who_are_you", "guide:asks")
    assert "Macmillan can check what you can claim." in answer
    assert question == f"{QUESTION}\n\n{SKIP}"


async def test_one_is_an_answer_while_the_guides_question_is_open(db: str, carrier: Carrier, bot: Assistant) -> None:
    bot.script = [begins(), asks(), tells()]
    conversation_id = await writes("money")
    await writes("1")
    await writes("1.")
    assert bot.heard == [("money", False), ("1", True), ("1.", True)]
    assert carrier.to(CARER)[-1] == "There is money for children.\nFor a nurse, reply NURSE."
    async with transaction() as session:
        assert await escalations.open_for(session, conversation_id) is None


async def test_after_the_last_statement_one_is_a_call_for_a_nurse_again(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    bot.script = [begins(), tells()]
    await writes("money")
    await writes("2")
    conversation_id = await writes("1")
    async with transaction() as session:
        assert await escalations.open_for(session, conversation_id) is not None


async def test_nurse_in_words_is_a_call_for_a_nurse_in_the_middle_of_a_guide(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    bot.script = [begins()]
    await writes("money")
    conversation_id = await writes("NURSE")
    async with transaction() as session:
        assert await escalations.open_for(session, conversation_id) is not None


async def test_an_open_question_whether_a_nurse_is_needed_comes_first(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    bot.script = [begins(), asks()]
    await writes("money")
    await writes("help")
    await writes("2")
    assert [heard for heard in bot.heard if heard[0] == "2"] == [("2", False)], "it answers nothing that was asked last"
    conversation_id = await writes("1")
    async with transaction() as session:
        assert await escalations.open_for(session, conversation_id) is not None


async def test_what_a_person_says_in_between_ends_the_question(db: str, carrier: Carrier, bot: Assistant) -> None:
    bot.script = [begins(), plain()]
    conversation_id, nurse = await writes("money"), await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        conversation = await service.locked(session, conversation_id)
        await service.take_over(session, conversation, await session.merge(nurse, load=False))
        await service.give_back(session, conversation)
    await writes("2")
    assert bot.heard[-1] == ("2", False)


async def test_what_a_guide_says_after_a_person_took_over_is_not_said(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id, nurse = await seeds.carer_writes("money"), await seeds.nurse("Demo Nurse One")

    async def slow(*_: object, **__: object) -> Turn:
        async with transaction() as session:
            conversation = await service.locked(session, conversation_id)
            await service.take_over(session, conversation, await session.merge(nurse, load=False))
        return begins()

    monkeypatch.setattr(rasa, "ask", slow)
    await channels.turn(str(conversation_id))
    assert all(not kind.startswith("guide:") for kind, _ in await spoken(conversation_id))


async def test_after_a_death_a_guides_words_are_its_own(db: str, carrier: Carrier, bot: Assistant) -> None:
    bot.script = [begins(), tells()]
    conversation_id = await writes("money")
    async with transaction() as session:
        (await session.get_one(Conversation, conversation_id)).died_at = (
            await session.get_one(Conversation, conversation_id)
        ).opened_at
    await writes("2")
    assert carrier.to(CARER)[-1].startswith("There is money"), "though it sounded like a greeting"
