"""What TwiML may hold: each element, its attributes with the values that they take, what may stand inside, and sources.

Read at the sources on 26 November 2026; attributes and their spelling also in Twilio's own library (`twilio`,
`voice_response`). Two things are narrower here than at Twilio. What the pretend carrier does not play (`Client`,
`Sip`, `Queue`, `Enqueue`, `Pay`, machine detection, requests by GET and more) is not here, so that no document of ours
asks for it unnoticed. And Twilio only warns of some faults (12200) and ignores the attribute; here each is an error.
"""

import re
from dataclasses import dataclass, field

_DOCS = "https://www.twilio.com/docs/voice/twiml"


@dataclass(frozen=True, slots=True)
class Values:
    """What an attribute, or the words in an element, may be: a pattern; for whole numbers the least and the most."""

    pattern: str
    least: int | None = None
    most: int | None = None

    def allow(self, value: str) -> bool:
        """Whether a value is one of these."""
        if not re.fullmatch(self.pattern, value, re.DOTALL):
            return False
        number = int(value) if self.least is not None and value.isdigit() else None
        return number is None or ((self.least or 0) <= number and (self.most is None or number <= self.most))


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `words`: what its text may be, None where it has none; `inner`: which elements may be inside."""

    source: str
    attributes: dict[str, Values] = field(default_factory=dict)
    inner: frozenset[str] = frozenset()
    words: Values | None = None


def _whole(least: int, most: int | None = None, other: str = "") -> Values:
    return Values(rf"\d{{1,9}}|{other}" if other else r"\d{1,9}", least, most)


def _list_of(words: str) -> Values:
    return Values(rf"(?:{words})(?: +(?:{words}))*")


_ANY = Values(r".*")
_SOME = Values(r".+")
_BOOLEAN = Values("true|false")
_ADDRESS = Values(r"\S+")
_SOCKET = Values(r"(?:wss|ws(?=://(?:127\.0\.0\.1|localhost)[:/]))://\S+")  # Unsealed only on this machine.
_POST = Values("POST")
_NUMBER = Values(r"\+[1-9]\d{6,14}")
_KEYS = Values(r"[0-9*#wW]+")
_LANGUAGE = Values(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})+|multi")
_TRIM = Values("trim-silence|do-not-trim")
_RECORDED = {
    "recordingStatusCallback": _ADDRESS,
    "recordingStatusCallbackMethod": _POST,
    "recordingStatusCallbackEvent": _list_of("in-progress|completed|absent"),
}
_SPOKEN = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_SSML = f"{_DOCS}/say/text-speech"

TABLE: dict[str, Element] = {
    "Response": Element(
        _DOCS,
        inner=frozenset(
            {"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Reject", "Record", "Dial", "Connect"}
        ),
    ),
    "Say": Element(
        f"{_DOCS}/say",
        {
            "voice": Values(r"man|woman|alice|Polly\.\w+(?:-Neural|-Generative)?|Google\.[\w-]+|ElevenLabs\..+"),
            "language": _LANGUAGE,
            "loop": _whole(0, 1000),
        },
        _SPOKEN,
        Values(r".{1,4096}"),
    ),
    "break": Element(
        _SSML, {"strength": Values("none|x-weak|weak|medium|strong|x-strong"), "time": Values(r"\d+(?:\.\d+)?m?s")}
    ),
    "emphasis": Element(_SSML, {"level": Values("strong|moderate|reduced")}, _SPOKEN, _ANY),
    "lang": Element(_SSML, {"xml:lang": _LANGUAGE}, _SPOKEN, _ANY),
    "p": Element(_SSML, {}, _SPOKEN, _ANY),
    "phoneme": Element(_SSML, {"alphabet": Values("ipa|x-sampa|x-amazon-.+"), "ph": _SOME}, words=_ANY),
    "prosody": Element(
        _SSML,
        {
            "volume": Values(r"silent|x-soft|soft|medium|loud|x-loud|default|[+-]\d+(?:\.\d+)?dB"),
            "rate": Values(r"x-slow|slow|medium|fast|x-fast|default|\d+%", None),
            "pitch": Values(r"x-low|low|medium|high|x-high|default|[+-]\d+(?:\.\d+)?%"),
        },
        _SPOKEN,
        _ANY,
    ),
    "s": Element(_SSML, {}, _SPOKEN, _ANY),
    "say-as": Element(
        _SSML,
        {
            "interpret-as": Values(
                "characters|spell-out|cardinal|number|ordinal|digits|fraction|unit|date|time|address|expletive|telephone"
            ),
            "format": Values(r"[ymd]{1,3}|hms12|hms24"),
        },
        words=_SOME,
    ),
    "sub": Element(_SSML, {"alias": _SOME}, words=_ANY),
    "w": Element(_SSML, {"role": _SOME}, words=_SOME),
    "Play": Element(f"{_DOCS}/play", {"loop": _whole(0, 1000), "digits": _KEYS}, words=Values(r"\S*")),
    "Pause": Element(f"{_DOCS}/pause", {"length": _whole(1)}),
    "Gather": Element(
        f"{_DOCS}/gather",
        {
            "action": _ADDRESS,
            "method": _POST,
            "input": Values("dtmf|speech|dtmf speech|speech dtmf"),
            "timeout": _whole(1),
            "speechTimeout": _whole(1, None, "auto"),
            "finishOnKey": Values(r"[0-9#*]?"),
            "numDigits": _whole(1),
            "hints": Values(r"[^,]{1,100}(?:,[^,]{1,100}){0,499}"),
            "language": _LANGUAGE,
            "profanityFilter": _BOOLEAN,
            "speechModel": Values(
                r"default|numbers_and_commands|phone_call|experimental_(?:conversations|utterances)"
                r"|googlev2_\w+|deepgram_[\w-]+"
            ),
            "enhanced": _BOOLEAN,
            "actionOnEmptyResult": _BOOLEAN,
            "partialResultCallback": _ADDRESS,
            "partialResultCallbackMethod": _POST,
        },
        frozenset({"Say", "Play", "Pause"}),
    ),
    "Redirect": Element(f"{_DOCS}/redirect", {"method": _POST}, words=_ADDRESS),
    "Hangup": Element(f"{_DOCS}/hangup"),
    "Reject": Element(f"{_DOCS}/reject", {"reason": Values("rejected|busy")}),
    "Record": Element(
        f"{_DOCS}/record",
        {
            "action": _ADDRESS,
            "method": _POST,
            "timeout": _whole(0),
            "finishOnKey": Values(r"[0-9#*]*"),
            "maxLength": _whole(1, 14_400),
            "playBeep": _BOOLEAN,
            "trim": _TRIM,
            "transcribe": _BOOLEAN,
            "transcribeCallback": _ADDRESS,
        }
        | _RECORDED,
    ),
    "Dial": Element(
        f"{_DOCS}/dial",
        {
            "action": _ADDRESS,
            "method": _POST,
            "answerOnBridge": _BOOLEAN,
            "callerId": _NUMBER,
            "hangupOnStar": _BOOLEAN,
            "timeout": _whole(5, 600),
            "timeLimit": _whole(1),
            "record": Values("do-not-record|record-from-(?:answer|ringing)(?:-dual)?|true|false"),
            "ringTone": Values(r"[a-z-]{2,8}"),
            "trim": _TRIM,
        }
        | _RECORDED,
        frozenset({"Number", "Conference"}),
        Values(r"(?:\+[1-9]\d{6,14})?"),
    ),
    "Number": Element(
        f"{_DOCS}/number",
        {
            "url": _ADDRESS,
            "method": _POST,
            "sendDigits": _KEYS,
            "statusCallback": _ADDRESS,
            "statusCallbackMethod": _POST,
            "statusCallbackEvent": _list_of("initiated|ringing|answered|completed"),
        },
        words=_NUMBER,
    ),
    "Conference": Element(
        f"{_DOCS}/conference",
        {
            "muted": _BOOLEAN,
            "beep": Values("true|false|onEnter|onExit"),
            "startConferenceOnEnter": _BOOLEAN,
            "endConferenceOnExit": _BOOLEAN,
            "participantLabel": Values(r".{1,128}"),
            "waitUrl": Values(r"\S*"),
            "waitMethod": _POST,
            "maxParticipants": _whole(2, 250),
            "record": Values("do-not-record|record-from-start|true|false"),
            "region": Values(r"[a-z]{2}\d"),
            "trim": _TRIM,
            "statusCallback": _ADDRESS,
            "statusCallbackMethod": _POST,
            "statusCallbackEvent": _list_of("start|end|join|leave|mute|hold|modify|speaker|announcement"),
        }
        | _RECORDED,
        words=_SOME,
    ),
    "Connect": Element(
        f"{_DOCS}/connect", {"action": _ADDRESS, "method": _POST}, frozenset({"ConversationRelay", "Stream"})
    ),
    "ConversationRelay": Element(
        f"{_DOCS}/connect/conversationrelay",
        {
            "url": _SOCKET,
            "language": _LANGUAGE,
            "ttsLanguage": _LANGUAGE,
            "transcriptionLanguage": _LANGUAGE,
            "ttsProvider": _SOME,
            "voice": _SOME,
            "transcriptionProvider": _SOME,
            "speechModel": _SOME,
            "profanityFilter": _BOOLEAN,
            "partialPrompts": _BOOLEAN,
            "dtmfDetection": _BOOLEAN,
            "welcomeGreeting": _SOME,
            "welcomeGreetingInterruptible": Values("none|dtmf|speech|any|true|false"),
            "interruptible": Values("none|dtmf|speech|any|true|false"),
            "preemptible": _BOOLEAN,
            "hints": _SOME,
            "reportInputDuringAgentSpeech": Values("none|dtmf|speech|any"),
            "interruptSensitivity": Values("high|medium|low"),
            "debug": _SOME,
        },
        frozenset({"Language", "Parameter"}),
    ),
    "Stream": Element(
        f"{_DOCS}/stream",
        {
            "url": _SOCKET,
            "name": _SOME,
            "track": Values("inbound_track"),
            "statusCallback": _ADDRESS,
            "statusCallbackMethod": _POST,
        },
        frozenset({"Parameter"}),
    ),
    "Language": Element(
        f"{_DOCS}/connect/conversationrelay",
        {
            "code": _LANGUAGE,
            "ttsProvider": _SOME,
            "voice": _SOME,
            "transcriptionProvider": _SOME,
            "speechModel": _SOME,
        },
    ),
    "Parameter": Element(f"{_DOCS}/stream", {"name": _SOME, "value": _ANY}),
}
# What may play to somebody who waits for a conference: error 13238, https://www.twilio.com/docs/api/errors/13238.
WHILE_WAITING = frozenset({"Say", "Play", "Pause", "Redirect"})
