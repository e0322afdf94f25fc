"""ConversationRelay: frames as they come, what was heard of something, and the document that opens a socket."""

import json

import pytest

from api.channels.voice.streamed import rules
from api.channels.voice.streamed.rules import Ending, Frame
from api.clients.pretend_twiml import verbs
from api.conversations.carer_calls.rules import seconds_to_say

LINES = ["Ring 999 now.", "Stay with him.", "The nurse rings 01618 501234."]


@pytest.mark.parametrize(
    ("sent", "frame"),
    [
        ({"type": "setup", "callSid": "CA1", "sessionId": "VX1"}, Frame("setup", sid="CA1")),
        ({"type": "prompt", "voicePrompt": "hello", "lang": "en-GB", "last": True}, Frame("prompt", "hello")),
        ({"type": "prompt", "voicePrompt": "hel", "last": False}, Frame("prompt", "hel", last=False)),
        ({"type": "dtmf", "digit": "9"}, Frame("dtmf", "9")),
        ({"type": "interrupt", "utteranceUntilInterrupt": "Ring 9"}, Frame("interrupt", "Ring 9")),
        ({"type": "error", "description": "Invalid message: help"}, Frame("error")),
        ({"type": "prompt", "voicePrompt": "a\x00b"}, Frame("prompt", "ab")),
    ],
)
def test_frames_are_read(sent: dict[str, object], frame: Frame) -> None:
    assert rules.read(json.dumps(sent)) == frame


@pytest.mark.parametrize("raw", ["", "[]", "{}", "null", "7", '"setup"', "{"])
def test_what_is_no_frame_means_nothing(raw: str) -> None:
    assert rules.read(raw).kind == ""


@pytest.mark.parametrize(
    ("heard", "missed"),
    [
        ("", LINES),
        ("Ring 9 9", LINES),
        ("Ring 9 9 9 now.", LINES[1:]),
        ("Ring 9 9 9 now. Stay with him. The nurse rings", LINES[2:]),
        (rules.aloud(LINES), []),
    ],
)
def test_what_was_not_heard_to_its_end_is_known(heard: str, missed: list[str]) -> None:
    assert rules.unheard(LINES, heard) == missed


def test_a_number_takes_as_long_as_its_figures() -> None:
    assert seconds_to_say(rules.aloud(["Ring 999 now."]), 2.0) == 2.5


def test_the_document_opens_the_socket_and_loses_no_word() -> None:
    document = rules.connect("Nightlight & you.", "wss://x.example/relay", "https://x.example/relay-over", ["syringe"])
    (connect,) = verbs(document)
    assert connect.attributes == {"action": "https://x.example/relay-over", "method": "POST"}
    relay = connect.inner[0].attributes
    assert relay["url"] == "wss://x.example/relay"
    assert relay["welcomeGreeting"] == "Nightlight & you."
    assert (relay["dtmfDetection"], relay["profanityFilter"]) == ("true", "false")
    assert (relay["language"], relay["ttsProvider"], relay["voice"]) == ("en-GB", "Amazon", "Amy-Neural")


def test_why_a_session_ends_says_nothing_of_the_caller() -> None:
    said = {json.loads(rules.end(why)["handoffData"])["reason"] for why in Ending}
    assert said == {"nurse", "office", "fault", "over"}
