"""Whoever cannot be seen, or cannot speak, gives a telephone number by keys, hears it back, and is rung on it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import aiohttp
import pytest
from sqlalchemy import select

from api import telephone
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.database import transaction
from tests.harness.line import CARER, LINE, NURSE_ONE, Line
from tests.harness.relay import RelayCall

HIDDEN = "anonymous"
CRISIS = "please help hes stopped breathing"
BACK = "0 7 7 0 0, 9 0 0, 0 0 1. That is 0 7 7 0 0, 9 0 0, 0 0 1."


async def presses(line: Line, number: str, keys: Sequence[str]) -> str:
    """The keys one after the other. Returns what was said after the last."""
    before = len(line.call(number).heard)
    for key in keys:
        await line.carrier.switchboard.press(line.call(number), key)
    await line.settle()
    return " ".join(line.call(number).heard[before:])


async def the_conversation() -> Conversation:
    async with transaction() as session:
        return (await session.execute(select(Conversation))).scalar_one()


async def asks(kind: str, words: str) -> None:
    """The assistant asks for a number."""
    async with transaction() as session:
        conversation = (await session.execute(select(Conversation))).scalar_one()
        await conversations.say(session, await conversations.locked(session, conversation.id), words, kind)


async def test_a_hidden_caller_types_a_number_and_is_rung_on_it_when_cut_off(line: Line) -> None:
    await line.ring(HIDDEN)
    call = await line.say(HIDDEN, CRISIS)
    assert "Or key it in and press hash." in " ".join(call.heard)
    assert "I need the whole number" in await presses(line, HIDDEN, "07700#")
    assert BACK in await presses(line, HIDDEN, "07700900001#")
    assert "Key it in, then press hash." in await presses(line, HIDDEN, "2"), "not right: once more"
    await presses(line, HIDDEN, "07700900001#")
    assert (await the_conversation()).contact_number is None, "not before they say that it is right"
    assert "can now ring you on that number" in await presses(line, HIDDEN, "1")
    assert (await the_conversation()).contact_number == CARER
    await line.call_ends(HIDDEN)
    await line.later(seconds=30)
    assert line.call(CARER).status == "ringing"


async def test_while_a_number_is_typed_0_is_the_nurse(line: Line) -> None:
    await line.ring(CARER)
    await line.say(CARER, "good evening")
    await asks("assistant:referral_number", "What number should they ring?")
    call = await line.silence(CARER)
    assert "I need the whole number" in call.heard[-1], "whoever has to look it up is asked once more"
    assert "I need the whole number" in await presses(line, CARER, "12#")
    await presses(line, CARER, "0#")
    assert "NIGHTLIGHT P" in line.last(NURSE_ONE)


async def test_a_number_for_the_assistant_waits_until_it_is_confirmed(line: Line) -> None:
    await line.ring(CARER)
    await line.say(CARER, "good evening")
    await asks("assistant:referral_number", "What number should they ring?")
    await line.silence(CARER)
    assert BACK in await presses(line, CARER, "07700900001#")
    newest = select(Message).where(Message.body == "07700900001")
    async with transaction() as session:
        kept = (await session.execute(newest)).scalar_one()
        assert kept.answered_at is not None, "nobody goes by it yet"
        assert (kept.heard or {}).get("decision") == "none", "figures are no cry for help here"
        kept_id = kept.id
    await presses(line, CARER, "1")
    async with transaction() as session:
        again = await session.get_one(Message, kept_id)
        assert (await conversations.thread(session, again.conversation_id))[-1].kind != "assistant:number_read_back"
    assert not line.phone(NURSE_ONE)


async def test_over_a_socket_keys_are_gathered_until_hash(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(telephone.wanted(), conversation_relay_teams=frozenset({"demo"}), words_a_second=1e6)
    monkeypatch.setattr(telephone, "wanted", lambda: changed)
    async with aiohttp.ClientSession() as http:
        call = RelayCall(http, line.url, HIDDEN, LINE)
        await call.ring()
        assert "Or key it in and press hash." in await call.say(CRISIS)
        for key in "07700900001":
            await call.send(type="dtmf", digit=key)
        await asyncio.sleep(0)
        assert BACK in await call.press("#")
        assert "can now ring you" in await call.press("1")
