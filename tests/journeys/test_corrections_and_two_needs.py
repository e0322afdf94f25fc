"""Talking as people do: two things at once, "no, not that", and "can you text me that", with real Rasa."""

from sqlalchemy import select

from api.database import transaction
from api.escalations.models import Escalation, Task
from tests.harness.chat import ChatBrowser
from tests.harness.line import CARER, LEAD, NURSE_ONE, OTHER_CARER, Line

MONEY = "can i get any money for looking after him"
BOTH = "can i get carers allowance and is there anyone who could sit with him one night"
NUMBER = "07700 900002"  # OTHER_CARER's.


async def asked(chat: ChatBrowser, line: Line, words: str) -> str:
    """Write in the chat; the newest line once everything that follows is done."""
    await chat.say(words)
    await line.settle()
    await chat.open()
    return chat.lines[-1][1]


async def test_two_needs_in_one_text_get_two_answers(line: Line, assistant: str) -> None:
    await line.text(CARER, "hello")
    await line.text(CARER, BOTH)

    first, second = line.phone(CARER)[-2:]
    assert "what you can claim" in first
    assert "Nights are long" in second
    assert max(len(first), len(second)) <= 306


async def test_in_the_chat_both_answers_are_there(line: Line, assistant: str) -> None:
    chat = await ChatBrowser(line.client).open()
    await asked(chat, line, BOTH)
    money, nights = (words for _, words in chat.lines[-2:])
    assert "Carer's Allowance" in money
    assert "Nights are long" in nights


async def test_a_wrong_answer_is_put_right_by_a_number_which_is_no_call_for_a_nurse(line: Line, assistant: str) -> None:
    await line.text(CARER, MONEY)
    await line.text(CARER, "no not that")
    assert "Did you mean: 1 " in line.last(CARER)
    await line.text(CARER, "1")

    assert "Did you mean" not in line.last(CARER)
    async with transaction() as session:
        assert (await session.execute(select(Escalation))).unique().first() is None
    assert line.phone(NURSE_ONE) == line.phone(LEAD) == []

    await line.text(CARER, "skip")  # The guide's question, for which 1 is an answer, too.
    await line.text(CARER, "1")
    assert line.phone(NURSE_ONE), "now it is one again"


async def test_the_right_need_in_the_same_breath_is_answered_at_once(line: Line, assistant: str) -> None:
    await line.text(CARER, MONEY)
    await line.text(CARER, "no i meant the funeral money")
    assert "funeral" in line.last(CARER).lower()


async def test_wrong_twice_and_a_person_is_asked(line: Line, assistant: str) -> None:
    await line.text(CARER, MONEY)
    await line.text(CARER, "thats not what i asked")
    await line.text(CARER, "3")

    assert "asked a person to read this" in line.last(CARER)
    async with transaction() as session:
        assert (await session.execute(select(Task.kind))).scalar_one() == "reply_by_person"


async def test_the_answer_goes_to_a_phone_only_after_the_number_was_said_back(line: Line, assistant: str) -> None:
    chat = await ChatBrowser(line.client).open()
    await asked(chat, line, MONEY)
    assert "mobile number" in await asked(chat, line, "can you text me that please")
    assert "07700 900 002" in await asked(chat, line, NUMBER)
    assert line.phone(OTHER_CARER) == []
    assert "I have sent it" in await asked(chat, line, "yes")

    texts = line.phone(OTHER_CARER)
    assert sum(text.startswith("From Nightlight, as you asked in the chat:") for text in texts) == 1
    assert "0808 808 00 00" in " ".join(texts)
    assert max(map(len, texts)) <= 306


async def test_by_text_it_is_there_already(line: Line, assistant: str) -> None:
    await line.text(CARER, MONEY)
    await line.text(CARER, "can you text me that")
    assert "It is in the text above" in line.last(CARER)


async def test_a_danger_in_the_middle_of_it_is_heard_first(line: Line, assistant: str) -> None:
    chat = await ChatBrowser(line.client).open()
    await asked(chat, line, MONEY)
    await asked(chat, line, "can you text me that please")
    await asked(chat, line, "oh god hes stopped breathing")
    assert "Ring 999 now" in chat.text
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert line.phone(OTHER_CARER) == []
