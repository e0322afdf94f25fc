"""The database is away for a while, as when its server starts again, and a carer is on the telephone."""

from dataclasses import replace

from sqlalchemy import func, select

from api.channels.voice.rules import MOST_TRIES
from api.database import transaction
from api.escalations.models import Escalation
from tests.harness import postgres
from tests.harness.line import CARER, LINE, NURSE_ONE, Line
from tests.harness.script import Script, answering

CRISIS = "please help hes stopped breathing"
GREETING = "Nightlight. Life at risk? Ring 9 9 9."  # Then, by day or by night: press 0 for the nurse.


async def test_the_caller_hears_so_and_is_not_hung_up_on(line: Line, db: str) -> None:
    phones = line.carrier.switchboard
    with postgres.away(db):
        call = await phones.ring_line(CARER, LINE)
        assert "Sorry, something is wrong on our side." in call.heard[-1]
        assert "ring 9 9 9" in call.heard[-1]
        await phones.tick(call)
        assert call.heard[-1] == call.heard[0], "and is told again"
    await phones.tick(call)
    assert any(words.startswith(GREETING) for words in call.heard), "once it is back the call begins"

    with postgres.away(db):
        await phones.speak(call, "im so worried about him", 0.9)
        assert "For a nurse, press 0." in call.heard[-1]
    call = await line.say(CARER, CRISIS)
    assert "Ring 9 9 9 now" in " ".join(call.heard), "what is said again is heard"
    async with transaction() as session:
        assert (await session.execute(select(func.count(Escalation.id)))).scalar_one() == 1


async def test_whoever_has_waited_long_enough_is_put_through_to_the_team_by_the_fallback(line: Line, db: str) -> None:
    phones, script = line.carrier.switchboard, Script()
    script.says = {"/fallback": f"<Say>I am ringing the team for you.</Say><Dial>{NURSE_ONE}</Dial>"}
    async with answering(script) as address:
        phones.number = replace(phones.number, voice_fallback_url=f"{address}/fallback")
        with postgres.away(db):
            call = await phones.ring_line(CARER, LINE)
            for _ in range(MOST_TRIES):
                assert "I am trying again." in call.heard[-1]
                await phones.tick(call)
        assert "I am ringing the team for you." in call.heard
        assert phones.of(NURSE_ONE)[-1].status == "ringing"


async def test_a_call_that_we_made_has_no_fallback_and_is_not_hung_up_on(line: Line, db: str) -> None:
    phones = line.carrier.switchboard
    await line.ring(CARER)
    await line.say(CARER, CRISIS)
    await line.call_ends(CARER)
    await line.later(minutes=1)
    with postgres.away(db):
        call = line.call(CARER)
        await phones.answer(call)
        for _ in range(MOST_TRIES + 1):
            assert "I am trying again." in call.heard[-1]
            await phones.tick(call)
    await phones.tick(call)
    assert call.status == "in-progress"
    assert "I am trying again." not in call.heard[-1], "once it is back the call begins"
