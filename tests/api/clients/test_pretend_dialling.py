"""Callers are put through to phones, and meet in conferences, by Twilio's rules."""

import pytest

from api.clients.pretend import Behaviour, PretendCarrier
from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_calls import Switchboard
from tests.harness.line import CARER, LEAD, LINE, NURSE_ONE, NURSE_TWO, OTHER_CARER
from tests.harness.script import PUBLIC, Script

EVENTS = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'
NUMBER = f'<Number url="/whisper" {EVENTS}>{NURSE_ONE}</Number>'
DIAL = f'<Dial action="/after" callerId="{LINE}" {{}}>{NUMBER}<Number>{NURSE_TWO}</Number></Dial>'
ROOM = (
    '<Dial action="/after" hangupOnStar="true"><Conference {} statusCallback="/room" participantLabel="{}"'
    ' statusCallbackEvent="start end join leave">c-1</Conference></Dial>'
)


@pytest.fixture
def script() -> Script:
    script = Script()
    script.says = {
        "/whisper": '<Gather numDigits="1" action="/accept"><Say>A carer. Press 1.</Say></Gather><Hangup/>',
        "/accept": "",
        "/leg": "",
        "/room": "",
        "/after": "<Gather/>",
        "/music": "<Say>Stay with us.</Say><Play>/rain.mp3</Play>",
        "/twilio/voice/status": "",
    }
    return script


async def ringing(board: Switchboard, script: Script, document: str, sender: str = CARER) -> PassedCall:
    script.says["/twilio/voice"] = document
    return await board.ring_line(sender, LINE)


async def test_the_called_one_hears_a_whisper_first_and_the_other_phone_stops(
    board: Switchboard, script: Script
) -> None:
    carer = await ringing(board, script, DIAL.format('answerOnBridge="true"'))
    assert carer.status == "ringing", "nobody is there yet"
    first, second = board.of(NURSE_ONE)[0], board.of(NURSE_TWO)[0]
    assert (first.sender, second.status) == (LINE, "ringing")
    await board.answer(first)
    assert (first.heard, carer.heard) == (["A carer. Press 1."], [])
    await board.press(first, "1")
    assert (carer.status, second.status) == ("in-progress", "canceled")
    assert carer.heard == ["(You are speaking with the nurse.)"]
    await board.speak(carer, "he is in pain")
    assert first.heard[-1] == "(They say: he is in pain)"

    await board.end(first, "completed")
    (told,) = script.to("/after")
    assert (told["DialCallStatus"], told["DialBridged"], told["DialCallSid"]) == ("completed", "true", first.sid)
    assert [form["CallStatus"] for form in script.to("/leg")] == ["queued", "ringing", "in-progress", "completed"]


@pytest.mark.parametrize(("how", "status"), [("busy", "busy"), ("no-answer", "no-answer"), ("failed", "failed")])
async def test_the_caller_goes_on_when_nobody_can_answer_any_more(
    board: Switchboard, script: Script, how: str, status: str
) -> None:
    carer = await ringing(board, script, DIAL.format(""))
    await board.end(board.of(NURSE_ONE)[0], "no-answer")
    assert script.to("/after") == []
    await board.end(board.of(NURSE_TWO)[0], how)
    (told,) = script.to("/after")
    assert (told["DialCallStatus"], told["DialBridged"]) == (status, "false")
    assert carer.status == "in-progress"


async def test_phones_ring_so_long_and_those_that_are_off_do_not(
    carrier: PretendCarrier, board: Switchboard, script: Script
) -> None:
    carrier.phones[NURSE_ONE] = Behaviour.OFF
    carer = await ringing(board, script, DIAL.format('timeout="20"'))
    assert (board.of(NURSE_ONE)[0].status, board.of(NURSE_TWO)[0].ring_seconds) == ("no-answer", 20)
    await board.tick(carer)
    assert script.to("/after")[0]["DialCallStatus"] == "no-answer"


async def test_star_and_a_call_that_we_turn_away_end_what_was_dialled(
    carrier: PretendCarrier, board: Switchboard, script: Script
) -> None:
    carer = await ringing(board, script, DIAL.format('hangupOnStar="true"'))
    await board.answer(board.of(NURSE_TWO)[0])
    await board.press(carer, "*")
    assert board.of(NURSE_TWO)[0].status == "completed"
    assert script.to("/after")[0]["DialCallStatus"] == "completed"

    carer = await ringing(board, script, DIAL.format(""))
    nurse = board.of(NURSE_TWO)[1]
    await board.answer(nurse)
    board.update(nurse.sid, twiml="<Response><Say>Wait.</Say><Gather/></Response>")
    await carrier.settle()
    assert (nurse.heard[-1], nurse.status) == ("Wait.", "in-progress")
    assert len(script.to("/after")) == 2, "whoever was left goes on"
    board.update(carer.sid, url=f"{PUBLIC}/after")
    await carrier.settle()
    assert carer.status == "in-progress"


async def test_a_conference_starts_when_who_starts_it_is_there(board: Switchboard, script: Script) -> None:
    waiting = 'waitUrl="/music" startConferenceOnEnter="false"'
    carer = await ringing(board, script, ROOM.format(waiting, "carer"))
    assert carer.heard == ["Stay with us.", "(sound)"]
    await board.tick(carer)
    assert carer.heard == ["Stay with us.", "(sound)"] * 2, "over and over"
    other = await ringing(board, script, ROOM.format(waiting, "other"), OTHER_CARER)
    assert "(Beep)" in carer.heard
    nurse = await ringing(board, script, ROOM.format('endConferenceOnExit="true"', "nurse"), NURSE_ONE)
    for call, others in ((carer, (OTHER_CARER, NURSE_ONE)), (nurse, (CARER, OTHER_CARER))):
        assert {f"(In the conference with you: {one})" for one in others} <= set(call.heard)
    await board.speak(nurse, "I am here")
    assert carer.heard[-1] == "(They say: I am here)"

    await board.press(other, "*")
    assert f"(Left the conference: {OTHER_CARER})" in nurse.heard
    await board.end(nurse, "completed")
    assert [form["DialCallStatus"] for form in script.to("/after")] == ["answered", "answered"]
    assert (carer.status, other.status, board.rooms) == ("in-progress", "in-progress", {})
    told = [(form["StatusCallbackEvent"], form.get("ParticipantLabel")) for form in script.to("/room")]
    assert told == [
        ("participant-join", "carer"),
        ("participant-join", "other"),
        ("participant-join", "nurse"),
        ("conference-start", "nurse"),
        ("participant-leave", "other"),
        ("participant-leave", "nurse"),
        ("participant-leave", "carer"),
        ("conference-end", None),
    ]
    assert [form["SequenceNumber"] for form in script.to("/room")] == [str(place) for place in range(1, 9)]
    assert {form["FriendlyName"] for form in script.to("/room")} == {"c-1"}


async def test_two_without_one_who_starts_it_wait_and_some_are_muted_and_silent(
    board: Switchboard, script: Script
) -> None:
    first = await ringing(board, script, ROOM.format('waitUrl="" startConferenceOnEnter="false" beep="false"', "a"))
    second = await ringing(board, script, ROOM.format('startConferenceOnEnter="false" beep="false"', "b"), LEAD)
    assert (first.heard, second.heard) == ([], ["(Hold music)"])
    third = await ringing(board, script, ROOM.format('muted="true" beep="onExit"', "c"), NURSE_ONE)
    before = list(first.heard)
    await board.speak(third, "can you hear me")
    assert first.heard == before, "nobody hears who is muted"
    await board.end(third, "completed")
    assert first.heard[-2:] == ["(Beep)", f"(Left the conference: {NURSE_ONE})"]
    assert {call.status for call in (first, second)} == {"in-progress"}, "the conference goes on without them"


async def test_what_cannot_play_to_who_waits_is_named_and_they_are_turned_out_at_once(
    carrier: PretendCarrier, board: Switchboard, script: Script
) -> None:
    script.says["/music"] = "<Gather/>"
    carer = await ringing(board, script, ROOM.format('waitUrl="/music" startConferenceOnEnter="false"', "carer"))
    assert any(one.fault == "13238: Gather in a waitUrl" for one in carrier.wire.exchanges)
    board.update(carer.sid, url=f"{PUBLIC}/after")
    await carrier.settle()
    assert (script.to("/after")[0].get("DialCallStatus"), carer.room) == (None, None)
    assert [form["StatusCallbackEvent"] for form in script.to("/room")][-2:] == ["participant-leave", "conference-end"]
