"""What the assistant says in a turn: a second need has a text of its own; a choice by number is no call for a nurse."""

import pytest
from sqlalchemy import select

from api.channels import jobs as channels
from api.clients import rasa
from api.clients.rasa import Said, Turn
from api.conversations import service
from api.conversations.models import Ask, Conversation, Message
from api.conversations.rules import OFFER, Author, Channel
from api.database import transaction
from api.escalations.models import Escalation
from api.people.models import Person
from tests.harness import seeds
from tests.harness.line import CARER
from tests.harness.stand_in import Carrier

MONEY = "Macmillan can check what you can claim."
NIGHTS = "Your GP or district nurse can ask for a night sitter."
BOTH = "can i get carers allowance and can somebody sit with him one night"


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands where Rasa stands: it hears two needs."""

    async def ask(*_: object, **__: object) -> Turn:
        second = Said((NIGHTS,), "night_sitting")
        return Turn((MONEY,), "benefits_carer", 0.9, (("benefits_carer", 0.9),), topic="benefits_carer", second=second)

    monkeypatch.setattr(rasa, "ask", ask)


async def said_to(channel: Channel) -> list[Message]:
    """What we said on this channel, oldest first."""
    found = select(Message).join(Conversation).where(Conversation.channel == channel, Message.author != Author.CARER)
    async with transaction() as session:
        return list((await session.execute(found.order_by(Message.seq))).scalars())


async def test_two_needs_are_two_texts_in_their_order(db: str, carrier: Carrier, bot: None) -> None:
    await channels.turn(str(await seeds.carer_writes(BOTH)))
    first, second = carrier.to(CARER)
    assert MONEY in first
    assert NIGHTS in second
    assert [message.kind for message in await said_to(Channel.SMS)] == [
        "assistant:benefits_carer",
        "assistant:night_sitting",
    ]


async def test_in_the_chat_both_are_there(db: str, bot: None) -> None:
    await channels.turn(str(await seeds.carer_writes(BOTH, "a-thread", Channel.WEB)))
    first, second = await said_to(Channel.WEB)
    assert MONEY in first.body
    assert second.body.startswith(NIGHTS)


async def test_a_person_who_has_taken_over_is_not_talked_over_twice(db: str, carrier: Carrier, bot: None) -> None:
    conversation_id = await seeds.carer_writes(BOTH)
    nurse = await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        held_by = await session.get_one(Person, nurse.id)
        await service.take_over(session, await service.locked(session, conversation_id), held_by)
    await channels.turn(str(conversation_id))
    assert [text for text in carrier.to(CARER) if MONEY in text or NIGHTS in text] == []


@pytest.mark.parametrize(
    ("words", "before", "asked"),
    [
        ("07700 900002", "assistant:ask_number", 0),
        ("+447700900002", "assistant:ask_number_right", 0),
        ("07700 900002", "assistant:benefits_carer", 1),
        ("hes in so much pain 07700 900002", "assistant:ask_number", 1),
    ],
)
async def test_a_bare_number_is_a_cry_for_help_unless_we_asked_for_one(
    db: str, words: str, before: str, asked: int
) -> None:
    conversation_id = await seeds.carer_writes("can you text me that", "a-thread", Channel.WEB)
    async with transaction() as session:
        await service.say(session, await service.locked(session, conversation_id), "What is your number?", before)
    await seeds.carer_writes(words, "a-thread", Channel.WEB)
    async with transaction() as session:
        asks = (await session.execute(select(Ask))).scalars().all()
        escalations = (await session.execute(select(Escalation))).unique().all()
    assert len(asks) + len(escalations) == asked


async def nurses_wanted(*said: str, offered: bool) -> int:
    """How many escalations there are after a carer has said this; before the last of it, three things were offered."""
    for place, words in enumerate(said):
        conversation_id = await seeds.carer_writes(words)
        if offered and place == len(said) - 2:
            async with transaction() as session:
                conversation = await service.locked(session, conversation_id)
                await service.say(session, conversation, "Did you mean: 1 a, 2 b, or 3 something else?", OFFER)
    async with transaction() as session:
        return len((await session.execute(select(Escalation))).unique().all())


async def test_right_after_an_offer_1_is_what_was_offered(db: str) -> None:
    assert await nurses_wanted("not that", "1", offered=True) == 0


async def test_right_after_an_offer_nurse_is_still_a_nurse(db: str) -> None:
    assert await nurses_wanted("not that", "NURSE", offered=True) == 1


async def test_at_any_other_time_1_is_a_nurse(db: str) -> None:
    assert await nurses_wanted("not that", "1", offered=False) == 1
