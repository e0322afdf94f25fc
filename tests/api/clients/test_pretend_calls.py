"""The pretend carrier does with a call what Twilio does: it rings, reads TwiML, tells keys, puts through, reports."""

import asyncio

import pytest

from api.clients.pretend import Behaviour, PretendCarrier
from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_playing import FAULT
from api.clients.pretend_refusals import Refused
from tests.harness.line import CARER, LINE, NURSE_ONE, PAGER
from tests.harness.script import PUBLIC, Script


async def rung(carrier: PretendCarrier, **more: str) -> PassedCall:
    form = {"To": NURSE_ONE, "From": PAGER, "Url": f"{PUBLIC}/said", "StatusCallback": f"{PUBLIC}/over", **more}
    call = carrier.place(form)
    await carrier.settle()
    return call


async def test_keys_are_told_where_they_are_asked_for_and_nowhere_else(carrier: PretendCarrier, script: Script) -> None:
    script.says = {
        "/said": f'<Gather action="{PUBLIC}/key" numDigits="1" actionOnEmptyResult="true"><Say>Press 1.</Say></Gather>',
        "/key": f"<Pause/><Redirect>{PUBLIC}/last</Redirect>",
        "/last": "<Say>Thank you.</Say><Hangup/><Say>Never said.</Say>",
        "/over": "",
    }
    call = await rung(carrier)
    assert call.status == "ringing"
    await carrier.switchboard.press(call, "1")
    assert script.to("/key") == [], "nobody has picked up"
    await carrier.switchboard.answer(call)
    await carrier.switchboard.press(call, "1")
    await carrier.switchboard.press(call, "2")
    assert call.heard == ["Press 1.", "(Key 1)", "Thank you."]
    (asked,) = script.to("/key")
    assert (asked["Digits"], asked["CallSid"], asked["Direction"]) == ("1", call.sid, "outbound-api")
    (over,) = script.to("/over")
    assert (over["CallStatus"], over["CallDuration"]) == ("completed", "0")


async def test_without_a_key_it_asks_again_or_goes_on(carrier: PretendCarrier, script: Script) -> None:
    script.says = {
        "/said": f'<Gather action="{PUBLIC}/key"><Say>Press 1.</Say></Gather><Say>No key.</Say>',
        "/over": "",
    }
    call = await rung(carrier)
    await carrier.switchboard.voicemail(call)
    assert (call.heard, call.status, script.to("/key")) == (["Press 1.", "No key."], "completed", [])


async def test_what_cannot_be_read_ends_the_call_as_at_twilio(carrier: PretendCarrier, script: Script) -> None:
    call = await rung(carrier, StatusCallback="")
    await carrier.switchboard.answer(call)
    assert (call.heard, call.status) == ([FAULT], "completed")


@pytest.mark.parametrize("hangs_up", ["carer", "nurse"])
async def test_two_people_are_put_through_until_one_hangs_up(
    carrier: PretendCarrier, script: Script, hangs_up: str
) -> None:
    number = f'<Number statusCallback="{PUBLIC}/carer" statusCallbackEvent="answered completed">{CARER}</Number>'
    script.says = {
        "/said": f'<Dial callerId="{LINE}" action="{PUBLIC}/dialled">{number}</Dial>',
        "/dialled": "<Say>It is over.</Say>",
        "/carer": "",
        "/over": "",
    }
    nurse = await rung(carrier)
    await carrier.switchboard.answer(nurse)
    (carer,) = carrier.switchboard.of(CARER)
    assert (carer.sender, carer.status) == (LINE, "ringing")
    await carrier.switchboard.answer(carer)
    await carrier.switchboard.end(carer if hangs_up == "carer" else nurse, "completed")
    assert (nurse.status, carer.status) == ("completed", "completed")
    assert [form["CallStatus"] for form in script.to("/carer")] == ["in-progress", "completed"]
    assert {form["ParentCallSid"] for form in script.to("/carer")} == {nurse.sid}
    told = [form["DialCallStatus"] for form in script.to("/dialled")]
    assert told == (["completed"] if hangs_up == "carer" else [])


async def test_phones_that_are_off_broken_or_left_to_ring(carrier: PretendCarrier, script: Script) -> None:
    script.says = {"/over": ""}
    carrier.phones[NURSE_ONE] = Behaviour.OFF
    assert (await rung(carrier)).status == "no-answer"
    carrier.phones[NURSE_ONE] = Behaviour.OPTED_OUT
    left = await rung(carrier, Timeout="0")
    for _ in range(6000):
        if len(script.to("/over")) == 2:
            break
        await asyncio.sleep(0.01)
    assert left.status == "no-answer", "whoever wants no texts can be rung, for as long as the carrier was told"
    carrier.phones[NURSE_ONE] = Behaviour.BROKEN
    with pytest.raises(Refused) as no:
        await rung(carrier)
    assert no.value.status == 503
    assert [form["CallStatus"] for form in script.to("/over")] == ["no-answer", "no-answer"]


async def test_a_call_is_stopped_while_it_rings_and_ended_while_it_goes_on(
    carrier: PretendCarrier, script: Script
) -> None:
    script.says = {"/said": f'<Gather action="{PUBLIC}/key"/>', "/over": ""}
    first, second = await rung(carrier), await rung(carrier)
    await carrier.switchboard.answer(second)
    for call in (first, second):
        carrier.switchboard.update(call.sid, "canceled")
    await carrier.settle()
    assert (first.status, second.status) == ("canceled", "in-progress"), "whoever has picked up is not cut off"
    carrier.switchboard.update(second.sid, "completed")
    await carrier.settle()
    assert second.status == "completed"
    for sid, code in ((first.sid, 21220), ("CA0", 20404)):
        with pytest.raises(Refused) as no:
            carrier.switchboard.update(sid, "canceled")
        assert no.value.code == code
