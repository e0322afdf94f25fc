"""By day a key leads to the team's own office; danger and the nurse come before it, and nobody is lost on the way."""

from dataclasses import replace
from datetime import datetime

import aiohttp
import pytest
from sqlalchemy import select

from api import clock, telephone
from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_twiml import verbs
from api.database import transaction
from api.escalations.models import Escalation
from api.escalations.rules import State
from tests.harness.line import CARER, LINE, NURSE_ONE, Line
from tests.harness.relay import RelayCall

OFFICE = "+447700900300"
OFFER = "For the team's office, press 2."


def it_is(moment: str) -> None:
    clock.reset()
    clock.move(datetime.fromisoformat(moment).replace(tzinfo=clock.UK) - clock.now())


def said(call: PassedCall) -> str:
    return " ".join(call.heard)


async def test_in_hours_a_key_rings_the_office_and_the_line_is_there_again_afterwards(line: Line) -> None:
    it_is("2027-01-11T10:00")
    call = await line.ring(CARER)
    assert call.heard[0] == "Nightlight. Life at risk? Ring 9 9 9. Nurse? Press 0."
    assert OFFER in said(call)
    await line.silence(CARER)
    await line.key(CARER, "2")
    assert "I am ringing the team's office." in said(call), "also by somebody who takes their time"
    ringing = line.call(OFFICE)
    assert (ringing.status, ringing.sender) == ("ringing", LINE), "the office sees the line's number"

    await line.call_ends(OFFICE, "no-answer")
    assert "Nobody at the office answered." in said(call)
    await line.key(CARER, "2")
    await line.pick_up(OFFICE)
    assert (call.status, line.call(OFFICE).status) == ("in-progress", "in-progress")
    await line.call_ends(OFFICE)
    assert "You are back with me." in call.heard[-1]

    await line.key(CARER, "0")
    assert "NIGHTLIGHT P" in line.last(NURSE_ONE), "0 is the nurse, before and after"
    assert line.phone(CARER) == []


async def test_danger_is_heard_before_the_office_and_then_its_key_means_nothing(line: Line) -> None:
    it_is("2027-01-11T10:00")
    await line.ring(CARER)
    call = await line.say(CARER, "please help hes stopped breathing")
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    await line.key(CARER, "2")
    assert line.carrier.switchboard.of(OFFICE) == []
    assert "I am still here." in said(call)
    async with transaction() as session:
        assert (await session.execute(select(Escalation.state))).scalar_one() == State.WAITING
    await line.call_ends(CARER)
    again = await line.ring(CARER)
    assert OFFER not in said(again), "while a call for help is open the nurse is who they wait for"


async def test_whoever_hangs_up_at_the_office_gets_no_text_of_what_was_not_said(line: Line) -> None:
    it_is("2027-01-11T10:00")
    await line.ring(CARER)
    await line.key(CARER, "2")
    await line.call_ends(CARER)
    await line.later(minutes=2)
    assert line.phone(CARER) == []


@pytest.mark.parametrize("moment", ["2027-01-11T22:00", "2027-01-01T10:00"], ids=["night", "bank holiday"])
async def test_out_of_hours_the_line_has_its_own_first_words_and_no_such_key(line: Line, moment: str) -> None:
    it_is(moment)
    call = await line.ring(CARER)
    assert call.heard[0] == "Nightlight. Life at risk? Ring 9 9 9. Night nurse? Press 0."
    assert OFFER not in said(call)
    await line.key(CARER, "2")
    assert line.carrier.switchboard.of(OFFICE) == []


async def test_over_a_socket_the_key_leaves_it_and_rings_the_office(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is("2027-01-11T10:00")
    changed = replace(telephone.wanted(), conversation_relay_teams=frozenset({"demo"}))
    monkeypatch.setattr(telephone, "wanted", lambda: changed)
    async with aiohttp.ClientSession() as http:
        call = RelayCall(http, line.url, CARER, LINE)
        await call.ring()
        assert OFFER in call.relay["welcomeGreeting"]
        await call.send(type="dtmf", digit="2")
        end = await call.frame()
        assert end == {"type": "end", "handoffData": '{"reason": "office"}'}
        await call.session_over(HandoffData=end["handoffData"])
        spoken, redirect = verbs(call.document)
        assert "I am ringing the team's office." in spoken.words
        await call.ask(redirect.words)
        (dial,) = verbs(call.document)
        assert dial.inner[0].words == OFFICE
