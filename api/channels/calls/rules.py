"""What is spoken in a call to staff, as TwiML: https://www.twilio.com/docs/voice/twiml (read 26 November 2026).

The words come from data/replies. A key pressed while they are spoken counts at once.
"""

from twilio.twiml.voice_response import Dial, Gather, Say, VoiceResponse

VOICE, LANGUAGE = "Polly.Amy-Neural", "en-GB"
RATE = "85%"  # Slower than the voice's own pace: it is the middle of the night.
WAIT_SECONDS = 8  # For a key, once everything has been said.
CARER_RINGS_SECONDS = 40


def listen(words: str, action: str) -> str:
    """Say it twice and wait for one key, which `action` is told; it is also told that none was pressed."""
    gather = Gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=WAIT_SECONDS,
        action=action,
        method="POST",
        action_on_empty_result=True,
    )
    _twice(gather, words)
    return str(VoiceResponse().append(gather))


def last_words(words: str, twice: bool = False) -> str:
    """Say it and hang up."""
    response = VoiceResponse()
    if twice:
        _twice(response, words)
    else:
        response.append(say(words))
    response.hangup()
    return str(response)


def put_through(words: str, carer: str, line: str, action: str, report: str) -> str:
    """Say it, then ring the carer, who sees the line's number. Numbers are E.164.

    `report` is told when the carer picks up and when that is over; `action` is asked what to say to the nurse then.
    """
    response = VoiceResponse()
    response.append(say(words))
    dial = Dial(caller_id=line, timeout=CARER_RINGS_SECONDS, action=action, method="POST")
    dial.number(carer, status_callback=report, status_callback_event="answered completed")
    response.append(dial)
    return str(response)


def _twice(to: Gather | VoiceResponse, words: str) -> None:
    to.append(say(words))
    to.pause(length=1)
    to.append(say(words))


def say(words: str, rate: str = RATE) -> Say:
    """The words in the line's voice, for any verb that takes them."""
    spoken = Say(voice=VOICE, language=LANGUAGE)
    spoken.prosody(words, rate=rate)
    return spoken
