"""Twilio's ConversationRelay: how a call gets on it, what its frames mean, and how much of something was heard.

Sources, read 26 November 2026: https://www.twilio.com/docs/voice/twiml/connect/conversationrelay (how a call gets there
and what follows), https://www.twilio.com/docs/voice/conversationrelay/websocket-messages (frames),
https://www.twilio.com/docs/voice/conversationrelay/voice-configuration (voices), and Twilio's own library for Python,
9.13.0 (attributes).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from twilio.twiml.voice_response import VoiceResponse

from api.channels.calls.rules import LANGUAGE, VOICE
from api.channels.voice.rules import for_speech

LOST_AFTER = timedelta(seconds=90)  # Longer than the longest text takes, with the longest wait for an answer.


class Ending(StrEnum):
    """Why we end a session: the carrier repeats it to us (`HandoffData`). It says nothing of the caller."""

    NURSE = "nurse"  # The caller goes to the nurse.
    OFFICE = "office"  # The caller goes to the team's office.
    FAULT = "fault"  # The carrier could not do what we asked: the call goes on without a socket.
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame from the carrier. `text`: what was said, pressed or spoken so far; `sid`: of the call, in `setup`."""

    kind: str
    text: str = ""
    sid: str = ""
    last: bool = True


_TEXT_IN = {"prompt": "voicePrompt", "dtmf": "digit", "interrupt": "utteranceUntilInterrupt"}


def read(raw: str) -> Frame:
    """A frame as it came. What is none has an empty kind."""
    try:
        found = json.loads(raw)
        kind = str(found["type"])
        text = str(found.get(_TEXT_IN.get(kind, ""), "")).replace("\x00", "")  # A null byte cannot be kept.
        return Frame(kind, text, str(found.get("callSid", "")), found.get("last", True) is not False)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Frame("")


def text(words: str) -> dict[str, Any]:
    """The frame that has these words spoken, all at once, after whatever is still being spoken."""
    return {"type": "text", "token": words, "last": True, "lang": LANGUAGE}


def end(why: Ending) -> dict[str, Any]:
    """The frame that ends the session: then the carrier asks what comes next in the call."""
    return {"type": "end", "handoffData": json.dumps({"reason": why})}


def connect(greeting: str, socket: str, action: str, hints: Sequence[str]) -> str:
    """Greet and listen over a socket (a wss address). `action` is asked what comes next when that is over."""
    response = VoiceResponse()
    response.connect(action=action, method="POST").conversation_relay(
        url=socket,
        welcome_greeting=greeting,
        welcome_greeting_interruptible="any",
        interruptible="any",
        report_input_during_agent_speech="any",
        dtmf_detection=True,
        partial_prompts=True,  # Whoever has begun to speak is not asked whether they are there.
        profanity_filter=False,  # What somebody in despair says must reach the screen as it was said.
        language=LANGUAGE,
        tts_provider="Amazon",
        voice=VOICE.removeprefix("Polly."),
        transcription_provider="Deepgram",
        hints=", ".join(hints),
    )
    return str(response)


def aloud(words: Sequence[str]) -> str:
    """Several things to say, as they are read out one after the other."""
    return " ".join(for_speech(one) for one in words)


def unheard(lines: Sequence[str], heard: str) -> list[str]:
    """Which of the lines were not heard to their end, if the caller interrupted after `heard`.

    Words are counted, because a carrier may put figures and stops in its own way. If it counts fewer than were heard,
    a line is said once more: that is the safer mistake.
    """
    left = len(heard.split())
    missed = []
    for line in lines:
        left -= len(for_speech(line).split())
        if left < 0:
            missed.append(line)
    return missed
