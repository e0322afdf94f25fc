"""A turn that ends with the offer of a call: what is open now stands before it, and no other question after it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from api import clock
from api.channels import jobs as channels
from api.clients import rasa
from api.clients.rasa import Turn
from api.conversations import service as conversations
from api.conversations.models import Message
from api.conversations.rules import Channel
from api.database import transaction
from api.directory.rules import Need
from api.errors import Conflict, NotFound
from api.referrals.consent import service as consent
from tests.harness import seeds

NIGHT = datetime(2027, 3, 10, 3, 0, tzinfo=UTC)
SAID, OFFER = "Nights are long.", "Shall I ask our information team to ring you? Write YES PLEASE."


@pytest.fixture(autouse=True)
def night(db: str) -> Iterator[None]:
    """Three in the morning."""
    clock.move(NIGHT - clock.now())
    yield
    clock.reset()


def script(monkeypatch: pytest.MonkeyPatch, *turns: Turn) -> None:
    """Rasa says these."""
    left = list(turns)

    async def ask(*_: object, **__: object) -> Turn:
        return left.pop(0)

    monkeypatch.setattr(rasa, "ask", ask)


async def heard(words: str, channel: Channel) -> tuple[UUID, list[str]]:
    """What the carer hears in answer to these words."""
    conversation_id = await seeds.carer_writes(words, channel=channel)
    await channels.turn(str(conversation_id))
    async with transaction() as session:
        said = select(Message.body).where(Message.conversation_id == conversation_id, Message.author == "nightlight")
        return conversation_id, list((await session.execute(said.order_by(Message.seq))).scalars())


async def offered(conversation_id: UUID, need: Need, unasked: bool) -> str:
    """The service that may be offered."""
    async with transaction() as session:
        conversation = await conversations.get(session, conversation_id)
        return (await consent.offer(session, conversation, need, unasked)).code


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.SMS])
async def test_what_is_open_stands_before_the_offer_and_the_place_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, channel: Channel
) -> None:
    script(
        monkeypatch,
        Turn(("Hello.",), "greeting", 0.9, ()),
        Turn((SAID, OFFER), "emotional_support", 0.9, (), offers=True),
    )
    await heard("hello", channel)
    _, said = await heard("hello again", channel)
    assert said[-1].startswith(SAID)
    assert said[-1].endswith(OFFER)
    assert "Samaritans, 116 123" in said[-1]
    assert "postcode" not in said[-1]


async def test_a_guides_offer_is_its_last_word_and_a_yes_after_it_is_the_assistants(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script(monkeypatch, Turn(("A break can be had.", OFFER), "respite", 0.9, (), guide="tells", offers=True))
    conversation_id, said = await heard("a break", Channel.WEB)
    assert len(said) == 1
    assert said[0].endswith(OFFER)
    await seeds.carer_writes("yes please", channel=Channel.WEB)
    async with transaction() as session:
        conversation = await conversations.get(session, conversation_id)
        yes = (await conversations.thread(session, conversation_id))[-1]
        assert await consent.answers_assistant(session, conversation, yes.id)


async def test_the_question_where_they_are_comes_before_an_offer_that_nobody_asked_for() -> None:
    conversation_id = await seeds.carer_writes("can i get a break", channel=Channel.WEB)
    assert await offered(conversation_id, Need.RESPITE, unasked=False) == "information"
    with pytest.raises(Conflict):
        await offered(conversation_id, Need.RESPITE, unasked=True)
    async with transaction() as session:
        (await conversations.locked(session, conversation_id)).nation = "england"
    assert await offered(conversation_id, Need.RESPITE, unasked=True) == "information"


async def test_while_danger_is_open_nobody_is_offered_a_call_unasked() -> None:
    conversation_id = await seeds.carer_writes("hes stopped breathing")
    with pytest.raises(Conflict):
        await offered(conversation_id, Need.BENEFITS_SPECIAL_RULES, unasked=True)


async def test_a_phone_that_may_be_watched_is_offered_no_call_at_all() -> None:
    conversation_id = await seeds.carer_writes("he hits me and he reads my phone")
    for unasked in (True, False):
        with pytest.raises(NotFound):
            await offered(conversation_id, Need.RESPITE, unasked)
