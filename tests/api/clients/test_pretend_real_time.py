"""On the handset page time passes by itself: what is said takes its time, and waits end."""

import asyncio

import pytest

from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_calls import Switchboard
from tests.harness.line import CARER, LINE
from tests.harness.script import Script

LONG = "This goes on. " * 40


@pytest.fixture
def board(board: Switchboard) -> Switchboard:
    board.real_time = True
    return board


async def waits(call: PassedCall, lines: int) -> None:
    """Until it is asked for something, so many lines into the call."""
    for _ in range(1000):
        if call.waiting is not None and len(call.heard) >= lines:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"still {call.heard}")


async def test_a_key_or_a_word_stops_what_is_said(board: Switchboard, script: Script) -> None:
    say = f"<Say>{LONG}</Say><Say>And on.</Say>"
    script.says = {
        "/twilio/voice": f'<Gather input="dtmf speech" numDigits="2" action="/two">{say}</Gather>',
        "/two": f'<Gather input="speech" action="/three">{say}</Gather>',
        "/three": "<Gather/>",
        "/twilio/voice/status": "",
    }
    call = await board.ring_line(CARER, LINE)
    await script.comes("/twilio/voice")
    await waits(call, 1)
    await board.press(call, "4")
    await board.press(call, "2")
    assert (await script.comes("/two"))[0]["Digits"] == "42"
    await waits(call, 4)
    await board.speak(call, "nurse")
    assert (await script.comes("/three"))[0]["SpeechResult"] == "nurse"
    assert call.heard == [LONG.strip(), "(Key 4)", "(Key 2)", LONG.strip(), "(Said: nurse)"]
    await board.end(call, "completed")


async def test_silence_a_pause_and_music_end_by_themselves(board: Switchboard, script: Script) -> None:
    script.says = {
        "/twilio/voice": '<Gather timeout="1"/><Pause/><Redirect>/twilio/wait</Redirect>',
        "/twilio/wait": '<Dial><Conference waitUrl="/music">c-1</Conference></Dial>',
        "/music": "<Say>Yes.</Say>",
        "/twilio/voice/status": "",
    }
    call = await board.ring_line(CARER, LINE)
    await script.comes("/music", times=2)
    assert call.heard == ["Yes.", "Yes."][: len(call.heard)]
    await board.end(call, "completed")
    assert board.rooms == {}
