"""What is spoken to a caller, as TwiML, and how words are put so that they can be followed by ear.

Sources: https://www.twilio.com/docs/voice/twiml/gather, …/say, …/dial, …/conference (read 26 November 2026).
"""

import re
from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from api.channels.calls.rules import LANGUAGE, say

_RATE_AT_FIRST = "100%"  # The first words must be over in four seconds; all others are slower.
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:uk|org|com|net)(?:/\S*)?\b")
_NUMBER = re.compile(r"(?<![\d.,£])(?:\+\d{2} ?)?\d{3,}(?: ?\d{3,})*(?: \d\d \d\d)?(?!\d)")  # Not single figures.
_FEWEST = 6  # Figures of a telephone number; of those with fewer some are read one by one, too.
_SHORT_NUMBERS = frozenset({"999", "111", "112", "101", "105", "116123", "18000", "18001"})
_BY_RELAY = "18001"  # Before a number, for a call by text relay.
_STOPS = re.compile(r"\s+([,.;:!?])")
_SPEECH_ENDS = 2  # Seconds of quiet that end what is being said: frightened people stop for breath.
_GROUP = 3
_TRY_AGAIN_AFTER = 3
MOST_TRIES = 5  # Over a minute: longer than a database takes to start again.
# Where nothing of what we answer is spoken: the carrier tells us something, or opens a socket.
_TELLS_ONLY = ("/status", "/conference", "/relay")


def is_listened_to(path: str) -> bool:
    """Whether somebody on the telephone hears what this address answers."""
    return path.startswith("/twilio/voice") and not path.endswith(_TELLS_ONLY)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a caller hears next, whichever way it gets to them, and what comes after it.

    `turn`: the number of whatever they say to it; `seconds`: how long they may be quiet until they are asked again.
    `waits`: this is the so manieth holding phrase, and what comes next is to be asked for at once. `opening`: the
    first words of a call, of which the first line is said a little faster. `over`: hang up. `office`: the team's office
    is rung. `number`: a telephone number may be typed, ended by hash.
    """

    words: tuple[str, ...] = ()
    turn: int = 0
    seconds: int = 0
    waits: int = 0
    opening: bool = False
    over: bool = False
    office: bool = False
    number: bool = False


def document(spoken: Spoken, here: str, hints: tuple[str, ...]) -> str:
    """The same as TwiML. `here`: where the carrier asks what comes next in this call."""
    if spoken.over:
        return goodbye(" ".join(spoken.words))
    if spoken.office:
        return one_moment(" ".join(spoken.words), f"{here}/office")
    turn = f"{here}/turns/{spoken.turn}"
    if spoken.waits:
        return one_moment(" ".join(spoken.words), f"{turn}/wait/{spoken.waits}")
    first, words = (spoken.words[0], spoken.words[1:]) if spoken.opening else ("", spoken.words)
    return listen(list(words), turn, spoken.seconds, hints, first, spoken.number)


def for_speech(words: str) -> str:
    """Words as they are read aloud: telephone numbers figure by figure and twice, and no links."""
    words = _LINK.sub("", words)
    words = _NUMBER.sub(lambda found: _spoken(found.group()), words)
    return _STOPS.sub(r"\1", " ".join(words.split()))


def _spoken(number: str) -> str:
    """One number. A group in it that looks like 999 is a part of it, not a number of its own."""
    figures = number.replace(" ", "").replace("+44", "0")
    if figures in _SHORT_NUMBERS:
        return " ".join(figures)
    if figures.startswith(_BY_RELAY):
        return f"{' '.join(_BY_RELAY)}, {_spoken(figures.removeprefix(_BY_RELAY))}"
    if len(figures) < _FEWEST:
        return number
    slowly = _figures(figures)
    return f"{slowly}. That is {slowly}"


def _figures(figures: str) -> str:
    """0 1 6 1 8, 5 0, 1 2 3 4 as somebody reads a number out: in groups, with a pause between."""
    parts = [figures[:5], *(figures[place : place + _GROUP] for place in range(5, len(figures), _GROUP))]
    return ", ".join(" ".join(part) for part in parts if part)


def listen(
    words: list[str], action: str, seconds: int, hints: tuple[str, ...] = (), first: str = "", number: bool = False
) -> str:
    """Say it, and hear what is said or which key is pressed, also while it is being said.

    `action` is told either, or that there was neither within `seconds`. `first` is said a little faster. `number`: keys
    are taken until hash, or until none comes within `seconds`.
    """
    gather = Gather(
        input="speech dtmf",
        num_digits=None if number else 1,
        finish_on_key="#" if number else "",
        timeout=seconds,
        speech_timeout=str(_SPEECH_ENDS),
        speech_model="phone_call",
        enhanced=True,
        language=LANGUAGE,
        hints=", ".join(hints) if hints else None,
        profanity_filter=False,  # What somebody in despair says must reach the screen as it was said.
        action=action,
        method="POST",
        action_on_empty_result=True,
    )
    if first:
        gather.append(say(first, _RATE_AT_FIRST))
    for one in words:
        gather.append(say(for_speech(one)))
        gather.pause(length=1)
    return str(VoiceResponse().append(gather))


def one_moment(words: str, action: str) -> str:
    """A holding phrase, and ask again at once."""
    response = VoiceResponse()
    if words:
        response.append(say(words))
    response.redirect(action, method="POST")
    return str(response)


def try_again(words: str, path: str, tried: int) -> str:
    """Say it, wait a few seconds and ask the same again. Its address says how often it has been `tried`.

    A nurse's key does not come again with that, so they are asked for it anew.
    """
    response = VoiceResponse()
    response.append(say(for_speech(words)))
    response.pause(length=_TRY_AGAIN_AFTER)
    response.redirect(f"{path.removesuffix('/keys')}?tried={tried}", method="POST")
    return str(response)


def goodbye(words: str) -> str:
    """Say it and hang up."""
    response = VoiceResponse()
    if words:
        response.append(say(for_speech(words)))
    response.hangup()
    return str(response)


def confer(words: str, name: str, here: str, afterwards: str) -> str:
    """Say it, and join the conference of this `name`. `here`: where it is told who comes and goes.

    Nobody's leaving ends it for the other: what they hear then is asked of us, and `afterwards` when it is over.
    """
    response = VoiceResponse()
    response.append(say(for_speech(words)))
    dial = Dial(action=afterwards, method="POST")
    dial.conference(
        name,
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        beep="false",
        wait_url=f"{here}/waiting",
        wait_method="POST",
        status_callback=f"{here}/conference",
        status_callback_method="POST",
        status_callback_event="join leave",
    )
    response.append(dial)
    return str(response)


def to_office(number: str, line: str, ring_seconds: int, afterwards: str) -> str:
    """Ring the team's office, which sees `line` (both E.164). `afterwards` is asked what comes next; star ends it."""
    response = VoiceResponse()
    dial = Dial(caller_id=line, timeout=ring_seconds, hangup_on_star=True, action=afterwards, method="POST")
    dial.number(number)
    response.append(dial)
    return str(response)


def waiting(words: str, seconds: int) -> str:
    """What whoever is alone in a conference hears, again and again: words and quiet, no music."""
    response = VoiceResponse()
    response.append(say(words))
    response.pause(length=seconds)
    return str(response)


def without_us(words: str, number: str, line: str, nobody: str, ring_seconds: int) -> str:
    """What a caller hears while nothing of ours answers: words, a phone that rings, and words if nobody picks it up.

    It names no address of ours. `number` and `line`: E.164; the phone that rings shows `line`.
    """
    response = VoiceResponse()
    response.append(say(for_speech(words)))
    response.append(Dial(number, caller_id=line, timeout=ring_seconds))
    response.append(say(for_speech(nobody)))
    response.append(say(for_speech(nobody)))
    response.hangup()
    return str(response)
