"""A team's callers are heard and spoken to over ConversationRelay: the same line, and the ordinary way if it breaks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from sqlalchemy import select

from api import clock, telephone
from api.channels.voice.holding import service as holding
from api.channels.voice.streamed import jobs
from api.channels.voice.streamed.rules import LOST_AFTER
from api.clients import twilio
from api.clients.pretend_twiml import verbs
from api.conversations import service as conversations
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author
from api.database import transaction
from api.paging.models import StaffCall
from tests.harness import hearing
from tests.harness.line import CARER, LINE, NURSE_ONE, Line
from tests.harness.relay import RelayCall

QUESTION, CRISIS = "what benefits can i get", "please help hes stopped breathing"


@pytest.fixture(autouse=True)
def by_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration team uses ConversationRelay. The line speaks in no time, and is patient."""
    hearing.put_in(monkeypatch)
    changed = replace(
        telephone.wanted(),
        conversation_relay_teams=frozenset({"demo"}),
        words_a_second=1e6,
        listen_seconds=60,
        answer_seconds=20.0,
    )
    monkeypatch.setattr(telephone, "wanted", lambda: changed)


@pytest.fixture
async def call(line: Line) -> AsyncIterator[RelayCall]:
    async with aiohttp.ClientSession() as http:
        yield RelayCall(http, line.url, CARER, LINE)


async def the_call() -> CarerCall:
    async with transaction() as session:
        return (await session.execute(select(CarerCall))).scalar_one()


async def kept() -> list[str]:
    async with transaction() as session:
        found = select(Message.body).where(Message.author == Author.CARER).order_by(Message.seq)
        return list((await session.execute(found)).scalars())


async def say_as_staff(words: str) -> None:
    async with transaction() as session:
        conversation = (await session.execute(select(Conversation))).scalar_one()
        await conversations.say(session, conversation, words, "staff", safety=True)


async def test_a_carer_rings_is_heard_in_words_and_keys_and_is_answered(call: RelayCall) -> None:
    await call.ring()
    assert call.relay["welcomeGreeting"].startswith("Nightlight. Life at risk? Ring 9 9 9.")
    await call.send(type="prompt", voicePrompt="what bene", lang="en-GB", last=False)
    first = await call.say(QUESTION)
    assert "could not answer that just now" in first, "nobody understands in this test, and that is said"
    assert "For medicines, press 2." in await call.press("9")
    answer = await call.press("4")
    assert await call.press("*") == answer, "star says the same again"
    assert await kept() == [QUESTION, telephone.wanted().menu["4"].means]
    assert all(frame["last"] and frame["lang"] == "en-GB" for frame in call.frames)

    await call.socket.close()
    assert "<Response" in await call.session_over(CallStatus="completed")
    assert "<Gather" not in call.document, "who has hung up is not spoken to"


async def test_two_things_said_in_one_breath_are_both_kept_and_answered_once(call: RelayCall) -> None:
    await call.ring()
    await call.send(type="prompt", voicePrompt="i think", lang="en-GB", last=True)
    await call.say("there is something wrong with the bed")
    await say_as_staff("A person writes.")
    assert await call.words() == "A person writes.", "the two had one answer, and news comes without being asked for"
    assert await kept() == ["i think", "there is something wrong with the bed"]


async def test_in_a_crisis_the_caller_is_kept_on_the_line_and_goes_to_the_nurse(line: Line, call: RelayCall) -> None:
    await call.ring()
    said = await call.say(CRISIS)
    assert "9 9 9" in said
    assert "Stay on the line if you can." in said
    await line.settle()
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)

    async with transaction() as session:
        conversation = (await session.execute(select(Conversation))).scalar_one()
        nurse = (await session.execute(select(StaffCall))).scalars().first()
        assert nurse is not None
        assert await holding.take(session, nurse, "The carer is on the line.") is not None
    end = await call.frame()
    assert end == {"type": "end", "handoffData": '{"reason": "nurse"}'}
    await call.session_over(HandoffData=end["handoffData"])
    (dial,) = [one for one in verbs(call.document) if one.name == "Dial"]
    assert (dial.inner[0].name, dial.inner[0].words) == ("Conference", f"carer-{(await the_call()).id}")
    assert (await the_call()).state == CallState.CONNECTED
    assert conversation.id == (await the_call()).conversation_id


async def test_what_keeps_somebody_safe_is_said_again_if_they_spoke_into_it(call: RelayCall) -> None:
    await call.ring()
    said = await call.say(CRISIS)
    instruction = said.partition("Stay on the line if you can.")[0].strip()
    assert "9 9 9" in instruction
    await call.send(type="interrupt", utteranceUntilInterrupt=said[:12], durationUntilInterruptMs=460)
    again = await call.say("what")
    assert instruction in again
    await call.send(type="interrupt", utteranceUntilInterrupt=again, durationUntilInterruptMs=9000)
    assert instruction not in await call.say("yes i am here")


async def test_a_fault_at_the_carrier_takes_the_call_back_to_the_ordinary_way(call: RelayCall) -> None:
    await call.ring()
    await call.say(QUESTION)
    await call.send(type="error", description="Invalid message received")
    end = await call.frame()
    assert end == {"type": "end", "handoffData": '{"reason": "fault"}'}
    await call.send(type="prompt", voicePrompt="are you there", lang="en-GB", last=True)
    await call.socket.close()

    await call.session_over()
    assert call.verb.name == "Gather"
    action = call.verb.attributes["action"]
    await call.ask(action, SpeechResult="can you hear me", Confidence="0.9")
    assert await kept() == [QUESTION, "are you there", "can you hear me"]
    assert (await the_call()).streamed_at is None


async def test_a_socket_that_breaks_before_the_answer_loses_nothing(
    call: RelayCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(telephone.wanted(), words_a_second=0.5)
    monkeypatch.setattr(telephone, "wanted", lambda: changed)
    await call.ring()
    await call.send(type="prompt", voicePrompt=CRISIS, lang="en-GB", last=True)
    await call.socket.close()
    said = await call.session_over()
    for _ in range(1000):  # The carrier may have asked how the call goes on before the line had read the frame.
        if await kept() == [CRISIS]:
            break
        await asyncio.sleep(0.05)
    assert call.verb.name == "Gather"
    said += await call.ask(call.verb.attributes["action"])
    assert "Stay on the line if you can." in said


async def test_a_socket_that_never_opens_is_greeted_in_the_ordinary_way(call: RelayCall) -> None:
    await call.arrive()
    document = await call.session_over(SessionStatus="failed", ErrorCode="64102")
    assert "<Gather" in document
    assert "Life at risk?" in document


async def test_who_is_quiet_is_asked_again(call: RelayCall, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(telephone.wanted(), listen_seconds=1)
    monkeypatch.setattr(telephone, "wanted", lambda: changed)
    await call.ring()
    assert (await call.words()).startswith("I did not hear anything.")
    assert (await call.words()).startswith("I still cannot hear you.")


async def test_only_the_carrier_opens_a_socket_and_only_that_of_the_call(call: RelayCall) -> None:
    await call.arrive()
    address = call.relay["url"]
    for headers in ({}, {"X-Twilio-Signature": "d3Jvbmc="}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await call.http.ws_connect(address, headers=headers)
        assert refused.value.status == 403
    await call.open(address)
    await call.send(type="setup", callSid="CA00000000000000000000000000000099")
    closed = await call.socket.receive()
    assert closed.type == aiohttp.WSMsgType.CLOSE
    assert call.socket.close_code == 1008
    async with call.http.post(call.action, data={"CallSid": call.sid}) as answer:
        assert answer.status == 403


async def test_a_call_whose_socket_died_unnoticed_is_taken_back(
    call: RelayCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []

    async def redirect(sid: str, url: str) -> None:
        moved.append(url)

    monkeypatch.setattr(twilio, "redirect_call", redirect)
    await call.arrive()
    await jobs.sweep()
    assert moved == []
    clock.move(LOST_AFTER * 1.1)
    await jobs.sweep()
    await jobs.sweep()
    assert moved == [call.action]
