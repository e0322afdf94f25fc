"""Asking the assistant, telling the carer: nothing stays unanswered when a process dies, nothing untrue is said."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from api import clock, worker
from api.channels import jobs as channels
from api.clients import rasa
from api.clients.rasa import BotUnavailable, Turn
from api.conversations import jobs, service
from api.database import transaction
from api.escalations import service as escalations
from api.escalations.rules import Outcome
from tests.harness import seeds
from tests.harness.line import CARER
from tests.harness.stand_in import Carrier, Killed

QUESTION = "can i get any money for looking after him"
ANSWER = "Macmillan can check what you can claim."


class Assistant:
    """Stands where Rasa stands: it does what its plan says, then answers."""

    def __init__(self, *plan: BaseException) -> None:
        self.plan, self.asked = list(plan), list[str]()

    async def ask(self, _conversation: object, _message: object, text: str, _channel: str, **_: object) -> Turn:
        self.asked.append(text)
        await asyncio.sleep(0.01)
        if self.plan:
            raise self.plan.pop(0)
        return Turn((ANSWER,), "benefits_carer", 0.9, (("benefits_carer", 0.9),))


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Assistant:
    stand_in = Assistant()
    monkeypatch.setattr(rasa, "ask", stand_in.ask)
    return stand_in


async def sweep_after(seconds: float) -> None:
    clock.move(timedelta(seconds=seconds))
    for sweep in worker.SWEEPS:
        await sweep()


async def turn(conversation_id: UUID) -> None:
    await channels.turn(str(conversation_id))


async def test_a_worker_that_dies_while_it_asks_leaves_a_question_that_the_sweep_answers(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    conversation_id = await seeds.carer_writes(QUESTION)
    bot.plan = [Killed()]
    with pytest.raises(Killed):
        await turn(conversation_id)

    await sweep_after(jobs.LEASE.total_seconds() - 2)
    assert carrier.taken == [], "while its lease runs, the dead worker might still be at it"
    await sweep_after(3)
    assert len(carrier.to(CARER)) == 1
    assert ANSWER in carrier.to(CARER)[0]


async def test_a_lost_wake_up_costs_seconds(db: str, carrier: Carrier, bot: Assistant) -> None:
    await seeds.carer_writes(QUESTION)
    await sweep_after(3)
    assert ANSWER in carrier.to(CARER)[0]


async def test_many_workers_that_wake_at_once_answer_once(db: str, carrier: Carrier, bot: Assistant) -> None:
    conversation_id = await seeds.carer_writes(QUESTION)
    await asyncio.gather(*(turn(conversation_id) for _ in range(6)))
    assert bot.asked == [QUESTION]
    assert len(carrier.to(CARER)) == 1


async def test_two_messages_are_answered_in_the_order_in_which_they_came(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    conversation_id = await seeds.carer_writes("first question about money")
    await seeds.carer_writes("second question about money")
    await turn(conversation_id)
    assert bot.asked == ["first question about money", "second question about money"]
    assert len(carrier.to(CARER)) == 2


async def test_a_silent_assistant_is_replaced_by_approved_words_and_a_person(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    bot.plan = [BotUnavailable("said nothing")]
    await turn(await seeds.carer_writes(QUESTION))
    assert "could not answer that just now" in carrier.to(CARER)[0]


async def test_what_the_assistant_says_after_a_person_took_over_is_not_said(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id, nurse = await seeds.carer_writes(QUESTION), await seeds.nurse("Demo Nurse One")

    async def slow(*_: object, **__: object) -> Turn:
        async with transaction() as session:
            conversation = await service.locked(session, conversation_id)
            await service.take_over(session, conversation, await session.merge(nurse, load=False))
        return Turn((ANSWER,), "benefits_carer", 0.9, ())

    monkeypatch.setattr(rasa, "ask", slow)
    await turn(conversation_id)
    await sweep_after(1)
    assert not any(ANSWER in words for words in carrier.to(CARER))
    assert any("is now reading and writing here" in words for words in carrier.to(CARER))


async def test_while_a_person_holds_the_conversation_the_assistant_is_not_even_asked(
    db: str, carrier: Carrier, bot: Assistant
) -> None:
    conversation_id, nurse = await seeds.carer_writes(QUESTION), await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        conversation = await service.locked(session, conversation_id)
        await service.take_over(session, conversation, await session.merge(nurse, load=False))
    await seeds.carer_writes("are you there")
    await turn(conversation_id)
    await sweep_after(20)
    assert bot.asked == []


async def test_news_that_is_no_longer_true_is_not_told(db: str, carrier: Carrier) -> None:
    """The carer was to hear who has it; before that was told, the nurse had closed it."""
    escalation_id, nurse = await seeds.crisis(), await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        merged = await session.merge(nurse, load=False)
        await escalations.accept(session, escalation_id, merged, "test")
        await escalations.resolve(session, escalation_id, merged, Outcome.ADVICE, "spoken with")
    await sweep_after(1)

    said = carrier.to(CARER)
    assert not any("has your message" in words for words in said)
    assert sum("has closed this on our side" in words for words in said) == 1
    await sweep_after(60)
    assert carrier.to(CARER) == said, "nothing is told twice"


async def test_killed_before_the_news_is_told_it_is_told_later(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    escalation_id, nurse = await seeds.crisis(), await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        await escalations.accept(session, escalation_id, await session.merge(nurse, load=False), "test")
    conversation_id = (await seeds.escalation(escalation_id)).conversation_id

    async def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(service, "say_approved", killed)
        with pytest.raises(Killed):
            await channels.tell(str(conversation_id))
    await sweep_after(1)
    assert sum("has your message" in words for words in carrier.to(CARER)) == 1
