"""Somebody rings the line through the pretend carrier: what is posted, what is played, and when it goes wrong."""

import pytest

from api.clients.pretend import PretendCarrier
from api.clients.pretend_call_parts import PretendNumber
from api.clients.pretend_calls import Switchboard
from api.clients.pretend_playing import FAULT
from api.clients.pretend_refusals import Refused
from tests.harness.line import CARER, LINE
from tests.harness.script import PUBLIC, Script

OVER = "/twilio/voice/status"


async def test_a_call_is_posted_as_twilio_posts_it_and_its_end_is_told(board: Switchboard, script: Script) -> None:
    script.says = {"/twilio/voice": "<Say>Hello.</Say><Gather/>", OVER: ""}
    call = await board.ring_line(CARER, LINE, ForwardedFrom="+447700900009")
    (form,) = script.to("/twilio/voice")
    assert form == {
        "CallSid": call.sid,
        "AccountSid": board.account_sid,
        "ApiVersion": "2010-04-01",
        "From": CARER,
        "Caller": CARER,
        "To": LINE,
        "Called": LINE,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "FromCountry": "GB",
        "ToCountry": "GB",
        "ForwardedFrom": "+447700900009",
    }
    assert (call.heard, call.status, call.phone) == (["Hello."], "in-progress", CARER)
    await board.end(call, "completed")
    (over,) = script.to(OVER)
    assert (over["CallStatus"], over["CallDuration"], over["From"]) == ("completed", "0", CARER)


async def test_a_withheld_number_is_anonymous(board: Switchboard, script: Script) -> None:
    script.says = {"/twilio/voice": "<Hangup/>", OVER: ""}
    call = await board.ring_line("anonymous", LINE)
    (form,) = script.to("/twilio/voice")
    assert (form["From"], form["Caller"], form["FromCountry"]) == ("anonymous", "anonymous", "")
    assert board.of("anonymous") == [call]


@pytest.mark.parametrize(
    ("document", "code"),
    [(None, "11200"), ("<?not xml", "12100"), ('<Gather timeOut="3"/>', "12200"), ("<Enqueue>q</Enqueue>", "12200")],
)
async def test_the_fallback_is_asked_when_there_is_no_twiml(
    board: Switchboard, script: Script, document: str | None, code: str
) -> None:
    board.numbers[LINE] = PretendNumber("/first", "/fallback", OVER)
    script.says = {"/fallback": "<Say>Ring 999 if you must.</Say>", OVER: ""}
    if document is not None:
        script.says["/first"] = document
    call = await board.ring_line(CARER, LINE)
    (form,) = script.to("/fallback")
    assert (form["ErrorCode"], form["ErrorUrl"]) == (code, f"{PUBLIC}/first")
    assert (call.heard, call.status) == (["Ring 999 if you must."], "completed")


async def test_the_fallback_is_there_for_each_failure_and_fails_but_once(board: Switchboard, script: Script) -> None:
    board.numbers[LINE] = PretendNumber("/first", "/fallback")
    script.says = {"/fallback": '<Gather numDigits="1" action="/gone"/>'}
    call = await board.ring_line(CARER, LINE)
    await board.press(call, "1")
    assert [form["ErrorUrl"] for form in script.to("/fallback")] == [f"{PUBLIC}/first", f"{PUBLIC}/gone"]
    del script.says["/fallback"]
    await board.press(call, "1")
    assert (call.heard[-1], call.status) == (FAULT, "completed")


async def test_without_a_fallback_the_caller_hears_that_it_failed_and_the_wire_says_why(
    carrier: PretendCarrier, board: Switchboard, script: Script
) -> None:
    script.says = {"/twilio/voice": '<Say>Hello.</Say><Gather numdigits="1"/>', OVER: ""}
    call = await board.ring_line(CARER, LINE)
    assert (call.heard, call.status) == ([FAULT], "completed")
    (asked,) = [one for one in carrier.wire.exchanges if one.path == "/twilio/voice"]
    assert asked.fault == "12200: Gather has no attribute numdigits"


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ("<Reject/>", "no-answer"),
        ('<Reject reason="busy"/>', "busy"),
        ("<Say>Hello.</Say><Reject/>", "completed"),
        ("", "completed"),
    ],
)
async def test_a_call_is_rejected_only_before_it_is_picked_up(
    board: Switchboard, script: Script, document: str, status: str
) -> None:
    script.says = {"/twilio/voice": document, OVER: ""}
    call = await board.ring_line(CARER, LINE)
    assert call.status == status
    assert (call.answered_at is None) == (status != "completed")


async def test_a_wait_loop_goes_on_when_a_test_lets_time_pass(board: Switchboard, script: Script) -> None:
    script.says = {
        "/twilio/voice": "<Say>One moment.</Say><Redirect>voice/2</Redirect>",
        "/twilio/voice/2": '<Play loop="2">/rain.mp3</Play><Pause length="5"/><Redirect>3</Redirect>',
        "/twilio/voice/3": "<Say>Here it is.</Say>",
        OVER: "",
    }
    call = await board.ring_line(CARER, LINE)
    assert call.heard == ["One moment.", "(sound)", "(sound)"]
    await board.tick(call)
    assert (call.heard[-1], call.status) == ("Here it is.", "completed")


async def test_a_document_that_leads_to_itself_does_not_turn_for_ever(board: Switchboard, script: Script) -> None:
    script.says = {"/twilio/voice": "<Say>Still here.</Say><Redirect>/twilio/voice</Redirect>", OVER: ""}
    call = await board.ring_line(CARER, LINE)
    assert call.heard == ["Still here."]
    await board.tick(call)
    assert call.heard == ["Still here."] * 2


async def test_we_turn_a_call_to_something_else_at_once(
    carrier: PretendCarrier, board: Switchboard, script: Script
) -> None:
    script.says = {"/twilio/voice": '<Gather action="/key"><Say>Press 1.</Say></Gather>', "/now": "<Gather/>", OVER: ""}
    call = await board.ring_line(CARER, LINE)
    board.update(call.sid, url=f"{PUBLIC}/now")
    await board.press(call, "1")
    await carrier.settle()
    assert script.to("/key") == [], "the key came too late for what was asked before"
    assert script.to("/now")[0]["CallStatus"] == "in-progress"
    board.update(call.sid, twiml="<Response><Say>The nurse is with you.</Say></Response>")
    await carrier.settle()
    assert (call.heard[-1], call.status) == ("The nurse is with you.", "completed")
    with pytest.raises(Refused) as over:
        board.update(call.sid, url=f"{PUBLIC}/now")
    assert over.value.code == 21220


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"status": "stopped"}, 20001),
        ({"url": "/now"}, 21205),
        ({"url": f"{PUBLIC}/x", "twiml": "<Response/>"}, 20001),
    ],
)
async def test_changes_that_twilio_refuses_are_refused(
    board: Switchboard, script: Script, wanted: dict[str, str], code: int
) -> None:
    script.says = {"/twilio/voice": "<Gather/>"}
    call = await board.ring_line(CARER, LINE)
    with pytest.raises(Refused) as no:
        board.update(call.sid, **wanted)
    assert (no.value.code, call.status) == (code, "in-progress")


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ('<ConversationRelay url="wss://line.example/talk"/>', "64102"),
        ('<Stream url="wss://line.example/hear"/>', "31920"),
    ],
)
async def test_a_websocket_is_refused_or_tried_in_vain(
    board: Switchboard, script: Script, inner: str, code: str
) -> None:
    board.numbers[LINE] = PretendNumber("/talk", "/fallback")
    script.says = {"/talk": f'<Connect action="/after">{inner}</Connect>', "/after": "<Gather/>", "/fallback": ""}
    await board.ring_line(CARER, LINE)
    assert ("is not played here" in board.wire.exchanges[0].fault, script.to("/after")) == (True, [])
    board.connects = True
    call = await board.ring_line(CARER, LINE)
    (form,) = script.to("/after")
    assert (form["SessionStatus"], form["ErrorCode"]) == ("failed", code)
    assert len(script.to("/fallback")) == 1
    assert call.status == "in-progress"
