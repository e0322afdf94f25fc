"""What the pretend carrier takes for TwiML, and what it says is wrong with the rest."""

import pytest

from api.clients.pretend_twiml import answered, faults, verbs
from api.clients.pretend_twiml_table import TABLE

SAY = "<Say>Hello.</Say>"


def wrong(inside: str) -> list[str]:
    return [str(fault) for fault in faults(f"<Response>{inside}</Response>")]


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<Say voice="Polly.Amy-Neural" language="en-GB" loop="2"><prosody rate="85%">Hello</prosody></Say>',
        '<Say>Hello<break time="300ms" strength="weak"/> again</Say>',
        '<Say>Ring <say-as interpret-as="telephone">07700900001</say-as>, <sub alias="Doctor">Dr</sub> Who</Say>',
        "<Play>https://line.example/rain.mp3</Play>",
        '<Play digits="1w2#"/>',
        '<Pause length="3"/><Redirect method="POST">/twilio/voice/1</Redirect>',
        '<Gather input="dtmf speech" language="en-GB" speechModel="phone_call" enhanced="true" hints="nurse, pain"'
        f' profanityFilter="false" speechTimeout="auto" timeout="4" finishOnKey="" numDigits="1">{SAY}</Gather>',
        f"<Gather>{SAY}<Pause/><Play>/rain.mp3</Play></Gather>",
        '<Gather speechTimeout="2"/>',
        '<Record maxLength="60" finishOnKey="#" playBeep="true" action="/y"/>',
        '<Record transcribe="true" transcribeCallback="/x" trim="do-not-trim" timeout="0"/>',
        "<Dial>+447700900201</Dial>",
        '<Dial timeout="20" answerOnBridge="true" hangupOnStar="true">+447700900201</Dial>',
        '<Dial callerId="+447700900100"><Number url="/whisper">+447700900201</Number></Dial>',
        '<Dial><Conference startConferenceOnEnter="false" beep="onEnter" waitUrl="" statusCallback="/c"'
        ' statusCallbackEvent="start end join leave" participantLabel="carer">c-1</Conference></Dial>',
        '<Connect action="/after"><ConversationRelay url="wss://line.example/talk"/></Connect>',
        '<Connect><Stream url="wss://line.example/hear"><Parameter name="call" value="1"/></Stream></Connect>',
        '<Reject reason="busy"/>',
        "<Hangup/>",
    ],
)
def test_what_twilio_plays_is_taken(inside: str) -> None:
    assert wrong(inside) == []


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ("<Whisper/>", "12200: Whisper in Response"),
        ("<Gather><Dial>+447700900201</Dial></Gather>", "12200: Dial in Gather"),
        ('<Gather timeOut="3"/>', "12200: Gather has no attribute timeOut"),
        ('<Gather timeout="0"/>', "12200: Gather timeout: '0' is out of range"),
        ('<Gather input="voice"/>', "12200: Gather input: 'voice' is out of range"),
        ('<Gather speechTimeout="soon"/>', "12200: Gather speechTimeout: 'soon' is out of range"),
        ('<Gather finishOnKey="##"/>', "12200: Gather finishOnKey: '##' is out of range"),
        ("<Gather>Press 1</Gather>", "12200: Gather has no words"),
        ("<Say/>", "12200: Say: its words are out of range"),
        (f"<Say>{'x' * 4097}</Say>", "12200: Say: its words are out of range"),
        ('<Say voice="Amy">Hello</Say>', "12200: Say voice: 'Amy' is out of range"),
        ('<Say><prosody rate="slowly">Hello</prosody></Say>', "12200: prosody rate: 'slowly' is out of range"),
        ('<Record maxLength="99999"/>', "12200: Record maxLength: '99999' is out of range"),
        ("<Dial>nurse</Dial>", "12200: Dial: its words are out of range"),
        ('<Dial timeout="2">+447700900201</Dial>', "12200: Dial timeout: '2' is out of range"),
        ("<Dial><Number>07700900201</Number></Dial>", "12200: Number: its words are out of range"),
        ('<Dial><Conference beep="loud">c</Conference></Dial>', "12200: Conference beep: 'loud' is out of range"),
        (
            '<Dial><Conference statusCallbackEvent="start stop">c</Conference></Dial>',
            "12200: Conference statusCallbackEvent: 'start stop' is out of range",
        ),
        ('<Reject reason="asleep"/>', "12200: Reject reason: 'asleep' is out of range"),
        ('<Redirect method="PUT">/x</Redirect>', "12200: Redirect method: 'PUT' is out of range"),
        ("<Redirect/>", "12200: Redirect: its words are out of range"),
        ('<Connect><Stream url="https://x"/></Connect>', "12200: Stream url: 'https://x' is out of range"),
    ],
)
def test_what_twilio_does_not_know_is_named(inside: str, fault: str) -> None:
    assert wrong(inside) == [fault]
    with pytest.raises(ValueError, match="12200"):
        verbs(f"<Response>{inside}</Response>")


@pytest.mark.parametrize(
    ("status", "document", "code"),
    [(0, "", "11205"), (503, "<Response/>", "11200"), (200, "Hello", "12100"), (200, "<Message/>", "12100")],
)
def test_what_is_no_twiml_at_all_has_twilio_s_code(status: int, document: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        answered(status, document)


def test_what_is_heard_is_the_words() -> None:
    (say,) = verbs(
        "<Response><Say><s>Ring</s><s>999</s> now.<break/>Dr <sub alias='Jones'>J.</sub>\n stays.</Say></Response>"
    )
    assert say.words == "Ring 999 now. Dr Jones stays."


def test_every_element_has_its_source_and_only_known_ones_inside() -> None:
    for name, element in TABLE.items():
        assert element.source.startswith("https://www.twilio.com/docs/voice/twiml"), name
        assert element.inner <= set(TABLE), name
