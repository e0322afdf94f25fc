"""Keys, speech and silence through the pretend carrier do what Twilio documents for Gather and Record."""

import pytest

from api.clients.pretend import PretendCarrier
from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_calls import Switchboard
from tests.harness.line import CARER, LINE
from tests.harness.script import Script


async def ringing(board: Switchboard, script: Script, document: str) -> PassedCall:
    script.says = {"/twilio/voice": document, "/told": "<Gather/>", "/twilio/voice/status": ""} | script.says
    return await board.ring_line(CARER, LINE)


async def do(board: Switchboard, call: PassedCall, deeds: str) -> None:
    """`k1` presses 1, `s…` says something, `-` stays silent."""
    for deed in deeds.split("|"):
        if deed == "-":
            await board.stay_silent(call)
        elif deed[0] == "k":
            await board.press(call, deed[1:])
        else:
            await board.speak(call, deed[1:])


@pytest.mark.parametrize(
    ("gather", "deeds", "told"),
    [
        ('numDigits="1"', "k5", {"Digits": "5"}),
        ('numDigits="4"', "k5|k6", None),
        ('numDigits="4"', "k5|k6|-", {"Digits": "56"}),
        ('numDigits="4"', "k5|k6|k#", {"Digits": "56"}),
        ("", "k5|k6|k#", {"Digits": "56"}),
        ('finishOnKey="*"', "k5|k#|k*", {"Digits": "5#"}),
        ('finishOnKey="" numDigits="2"', "k5|k#", {"Digits": "5#"}),
        ("", "k#", None),
        ("", "-", None),
        ('actionOnEmptyResult="true"', "-", {"Digits": ""}),
        ('actionOnEmptyResult="true"', "k#", {"Digits": ""}),
        ('input="dtmf"', "shello", None),
        ('input="speech"', "shello", {"SpeechResult": "hello", "Confidence": "0.92"}),
        ('input="speech"', "k5", None),
        ('input="speech" actionOnEmptyResult="true"', "k5|-", {"SpeechResult": ""}),
        ('input="dtmf speech" numDigits="1"', "k5", {"Digits": "5"}),
        ('input="dtmf speech"', "shello", {"SpeechResult": "hello", "Confidence": "0.92"}),
        ('input="dtmf speech"', "k5|shello|k#", {"Digits": "5"}),
        ('input="dtmf speech" actionOnEmptyResult="true"', "-", {"Digits": "", "SpeechResult": ""}),
    ],
)
async def test_a_gather_tells_what_it_was_told(
    board: Switchboard, script: Script, gather: str, deeds: str, told: dict[str, str] | None
) -> None:
    document = f'<Gather action="/told" {gather}><Say>Yes?</Say></Gather><Say>Goodbye.</Say>'
    call = await ringing(board, script, document)
    await do(board, call, deeds)
    posted = [{name: form[name] for name in form if name in _INPUT} for form in script.to("/told")]
    assert posted == ([told] if told is not None else [])
    assert ("Goodbye." in call.heard) == (told is None and deeds in ("-", "k#"))


_INPUT = {"Digits", "SpeechResult", "Confidence"}


async def test_a_gather_without_an_action_asks_where_it_came_from(board: Switchboard, script: Script) -> None:
    call = await ringing(board, script, '<Gather numDigits="1"/>')
    await board.press(call, "3")
    assert [form.get("Digits") for form in script.to("/twilio/voice")] == [None, "3"]


async def test_a_recogniser_can_be_unsure_mishear_or_hear_nothing(board: Switchboard, script: Script) -> None:
    call = await ringing(board, script, '<Gather input="speech" action="/told"/><Say>Goodbye.</Say>')
    await board.speak(call, "mumble", heard_as="")
    assert script.to("/told") == []
    script.says["/told"] = script.says["/twilio/voice"]
    await board.speak(call, "hes in pain", confidence=0.31, heard_as="he is in Spain")
    (form,) = script.to("/told")
    assert (form["SpeechResult"], form["Confidence"]) == ("he is in Spain", "0.31")
    assert call.heard[-1] == "(Said: hes in pain. Heard as: he is in Spain)"


async def test_a_line_that_dropped_hears_and_says_nothing(board: Switchboard, script: Script) -> None:
    call = await ringing(board, script, '<Gather input="speech" action="/told"/><Say>Are you there?</Say><Hangup/>')
    await board.drop(call)
    await board.speak(call, "hello")
    await board.press(call, "1")
    assert (script.to("/told"), call.status) == ([], "in-progress")
    await board.stay_silent(call)
    assert (call.heard, call.status) == (["(The line is dead.)"], "completed")


RECORD = '<Record action="/told" {}/><Say>Nothing was left.</Say>'


@pytest.mark.parametrize(
    ("record", "deeds", "digits"),
    [
        ("", "shis breathing|shas changed|k#", "#"),
        ('finishOnKey="#"', "shis breathing|k1|shas changed|-", None),
    ],
)
async def test_a_recording_ends_by_a_key_or_by_silence(
    carrier: PretendCarrier, board: Switchboard, script: Script, record: str, deeds: str, digits: str | None
) -> None:
    script.says = {"/words": "", "/kept": ""}
    record += ' transcribe="true" transcribeCallback="/words" recordingStatusCallback="/kept"'
    call = await ringing(board, script, RECORD.format(record))
    await do(board, call, deeds)
    await carrier.settle()
    (form,) = script.to("/told")
    assert form["RecordingUrl"].endswith(f"/Recordings/{form['RecordingSid']}")
    assert (form["RecordingDuration"], form.get("Digits")) == ("2", digits)
    (words,) = script.to("/words")
    assert (words["TranscriptionText"], words["TranscriptionStatus"]) == ("his breathing has changed", "completed")
    assert words["RecordingSid"] == form["RecordingSid"] == script.to("/kept")[0]["RecordingSid"]
    assert call.heard[0] == "(Beep)"


async def test_an_empty_recording_is_none_and_hanging_up_ends_one(board: Switchboard, script: Script) -> None:
    call = await ringing(board, script, RECORD.format('playBeep="false"'))
    await board.stay_silent(call)
    assert (call.heard, script.to("/told")) == (["Nothing was left."], [])
    call = await ringing(board, script, RECORD.format(""))
    await board.speak(call, "please ring me")
    await board.end(call, "completed")
    (form,) = script.to("/told")
    assert (form["Digits"], form["CallStatus"]) == ("hangup", "completed")
