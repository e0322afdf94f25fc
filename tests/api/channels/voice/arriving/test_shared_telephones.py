"""A telephone is shared: what one caller said is never known to the next, unless a call for help is still open."""

from uuid import UUID

import pytest

from api import clock
from api.channels.voice.arriving import service as arriving
from api.conversations import guiding
from api.conversations import service as conversations
from api.conversations.carer_calls import service as calls
from api.conversations.models import Conversation
from api.conversations.receiving import receive
from api.conversations.rules import GUIDE_ASKS, Channel
from api.conversations.service import Inbound
from api.database import transaction
from api.escalations import service as escalations
from tests.harness import seeds
from tests.harness.line import CARER, LINE

HIDDEN = "anonymous"


async def rings(number: int, caller: str = CARER) -> Conversation:
    """A call comes in and is greeted. Returns the conversation that it is in."""
    sid = f"CA{number:032}"
    async with transaction() as session:
        await arriving.arrive(session, {"CallSid": sid, "From": caller, "To": LINE})
        call = await calls.by_sid(session, sid)
        assert call is not None
        return await conversations.get(session, call.conversation_id)


async def says(conversation: Conversation, words: str) -> None:
    address, number = conversation.address, conversation.contact_number
    inbound = Inbound(Channel.VOICE, address, f"test:{words}", words, line=LINE, contact_number=number)
    async with transaction() as session:
        await receive(session, inbound)


async def hangs_up(number: int) -> None:
    async with transaction() as session:
        await arriving.over(session, {"CallSid": f"CA{number:032}", "CallStatus": "completed"})


async def tells_everything(conversation: Conversation) -> None:
    """They said where they are and that somebody died, and were asked a guide's question."""
    await says(conversation, "what do I do about the forms")
    async with transaction() as session:
        theirs = await conversations.locked(session, conversation.id)
        theirs.district, theirs.nation, theirs.died_at = "OL4", "ENG", clock.now()
        await conversations.say(session, theirs, "Was it expected?", GUIDE_ASKS)


def known(conversation: Conversation) -> list[object]:
    """What is known of a caller beside their number."""
    kept = (conversation.district, conversation.nation, conversation.died_at)
    return [one for one in (*kept, conversation.place_asked_for, conversation.questions) if one is not None]


async def is_asked(conversation_id: UUID) -> bool:
    async with transaction() as session:
        return await guiding.is_open(session, conversation_id)


async def test_the_next_call_from_the_same_number_knows_nothing_of_the_last(db: str) -> None:
    first = await rings(1)
    await tells_everything(first)
    assert await is_asked(first.id)
    await hangs_up(1)

    second = await rings(2)
    assert second.id != first.id, "Rasa keeps its memory by this, too"
    assert known(second) == []
    assert not await is_asked(second.id)
    async with transaction() as session:
        assert (await session.get_one(Conversation, first.id)).closed_at is not None
        assert {one.author for one in await conversations.thread(session, second.id)} == {"nightlight"}


async def test_a_call_that_comes_while_help_is_on_its_way_is_the_same_carer_s(db: str) -> None:
    first = await rings(1)
    await tells_everything(first)
    await says(first, seeds.CRISIS)
    await hangs_up(1)
    second = await rings(2)
    assert second.id == first.id
    assert len(known(second)) >= 3


async def test_when_help_has_come_and_gone_the_next_caller_begins_anew(db: str) -> None:
    first = await rings(1)
    await tells_everything(first)
    await says(first, seeds.CRISIS)
    async with transaction() as session:
        found = await escalations.open_for(session, first.id)
        assert found is not None
    await seeds.resolved(found.id)
    await hangs_up(1)
    second = await rings(2)
    assert (second.id != first.id, known(second)) == (True, [])


@pytest.mark.parametrize("hidden", [HIDDEN, "+266696687", ""])
async def test_hidden_numbers_never_share_anything_not_even_in_danger(db: str, hidden: str) -> None:
    first = await rings(1, hidden)
    await tells_everything(first)
    await says(first, seeds.CRISIS)
    second = await rings(2, hidden)
    assert (second.id != first.id, known(second), second.contact_number) == (True, [], None)


async def test_what_somebody_texted_is_not_known_to_whoever_rings_from_that_number(db: str) -> None:
    texted = await seeds.carer_writes("my dad died last night")
    async with transaction() as session:
        (await conversations.locked(session, texted)).died_at = clock.now()
    second = await rings(1)
    assert (second.id != texted, known(second)) == (True, [])
