"""What a pretend phone shows: its texts in order with what became of each, and what the carrier refused to bring."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from api.clients.pretend_call_forms import OVER, PassedCall
from api.clients.pretend_forms import PassedText
from api.clients.pretend_webhooks import Exchange

WITHHELD = "anonymous"  # How Twilio spells a hidden number.
SHOWN_TEXTS = 40
SHOWN_EXCHANGES = 40
HOME = "GB"
_LONG_ID = re.compile(r"\b([A-Z]{2}|)(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


class Side(StrEnum):
    """Whose words a line in a thread holds."""

    MINE = "mine"
    THEIRS = "theirs"
    CARRIER = "carrier"


class Tone(StrEnum):
    """How a text fared."""

    WAITING = "waiting"
    DONE = "done"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Phone:
    """A pretend phone. `number` is E.164 or WITHHELD; `caption` is a rung; `to` is the number of ours that it texts."""

    number: str
    name: str
    caption: str
    to: str
    is_staff: bool
    added: bool = False

    @property
    def id(self) -> str:
        """What names the phone in addresses and in the page."""
        return self.number.removeprefix("+")

    @property
    def shown_number(self) -> str:
        """The number as the phone shows it."""
        return "Number withheld" if self.number == WITHHELD else self.number


@dataclass(frozen=True, slots=True)
class Entry:
    """One line in a phone's thread: a text, or a note of one that never came."""

    seq: int
    at: datetime
    side: Side
    words: str
    state: str
    tone: Tone
    picture: bool = False


class Recognition(StrEnum):
    """What the carrier's recogniser makes of what is said into a phone."""

    CLEAR = "clear"
    UNSURE = "unsure"
    MISHEARD = "misheard"
    NOTHING = "nothing"


CONFIDENCE = {Recognition.CLEAR: 0.92, Recognition.UNSURE: 0.31, Recognition.MISHEARD: 0.74, Recognition.NOTHING: 0.0}


class CallState(StrEnum):
    """How a call stands on the phone that it is on."""

    RINGING = "ringing"
    ON = "on"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ShownCall:
    """The newest call on a phone. `other` is who is at the other end, and `talks_with` who is put through to it.

    `is_ours`: this phone rang the line. `heard` is what was said in it; `waits`: for what `wants` says.
    """

    sid: str
    at: datetime
    other: str
    is_ours: bool
    state: CallState
    heard: tuple[str, ...]
    waits: bool
    wants: str
    talks_with: tuple[str, ...]
    ended: str


KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")
_ENDED = {
    "completed": "Call over",
    "busy": "Engaged",
    "no-answer": "Not picked up",
    "failed": "It did not get through",
    "canceled": "The caller hung up",
}
NAMELESS: Mapping[str, str] = {}


def newest_call(number: str, calls: Iterable[PassedCall], names: Mapping[str, str] = NAMELESS) -> ShownCall | None:
    """What a phone shows of the call that rings, goes on, or was the last; None before the first.

    `names` are those of phones, by number.
    """
    call = next((one for one in reversed(list(calls)) if one.phone == number), None)
    if call is None or call.status == "queued":
        return None
    # Whoever rings the line is in the call at once, even while nothing has been picked up.
    going_on = CallState.RINGING if call.status == "ringing" and not call.inbound else CallState.ON
    state = CallState.OVER if call.status in OVER else going_on
    ended = f"{_ENDED[call.status]}, {call.seconds} seconds" if state == CallState.OVER else ""
    return ShownCall(
        call.sid,
        call.at,
        call.to if call.inbound else call.sender,
        call.inbound,
        state,
        tuple(_named(words, names) for words in call.heard),
        call.waiting is not None,
        _wants(call),
        tuple(_named(other.phone, names) for other in talks_with(call)),
        ended,
    )


def talks_with(call: PassedCall) -> list[PassedCall]:
    """Whom whoever is on this call hears now: in a conference that has started, or put through."""
    if call.room is not None:
        return call.room.others(call) if call.room.started else []
    if call.dial is not None and call.dial.bridged is not None:
        return [call.dial.bridged]
    caller = call.parent
    return [caller] if caller is not None and caller.dial is not None and caller.dial.bridged is call else []


def _wants(call: PassedCall) -> str:
    """What is asked for now, in a word or two."""
    if call.waiting is None:
        return "Waiting" if call.room is not None and not call.room.started else ""
    if call.waiting.records:
        return "Recording"
    keys, speech = call.waiting.takes_keys, call.waiting.takes_speech
    return "Say something or press a key" if keys and speech else "Say something" if speech else "Press a key"


def _named(words: str, names: Mapping[str, str]) -> str:
    """Numbers in a note, or a number alone, as the names of the phones; what was spoken stays as it was."""
    if words.startswith(("(", "+", WITHHELD)):
        for number, name in names.items():
            words = words.replace(number, name)
    return words


def number_from(typed: str) -> str | None:
    """A typed number as E.164, or None if no telephone could have it. Without a country it is British."""
    try:
        parsed = phonenumbers.parse(typed, HOME)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def short(path: str) -> str:
    """A path with its long identifiers cut to their ends, to be read at a glance."""
    return _LONG_ID.sub(lambda found: f"{found[1]}…{found[0][-4:]}", path)


def thread(number: str, texts: Iterable[PassedText], exchanges: Iterable[Exchange]) -> list[Entry]:
    """What a phone shows, oldest first: the newest SHOWN_TEXTS."""
    entries = [_entry(text) for text in texts if number == (text.sender if text.inbound else text.to)]
    entries += [_refusal(one) for one in exchanges if one.phone == number and not one.to_us and one.status >= 400]
    return sorted(entries, key=lambda entry: entry.seq)[-SHOWN_TEXTS:]


def _entry(text: PassedText) -> Entry:
    if text.inbound:
        side, (state, tone) = Side.MINE, _taken(text)
    elif text.by_carrier:
        side, state, tone = Side.CARRIER, "From the carrier itself", Tone.DONE
    else:
        side, (state, tone) = Side.THEIRS, _brought(text)
    return Entry(text.seq, text.at, side, text.body, state, tone, text.picture)


def _taken(text: PassedText) -> tuple[str, Tone]:
    """What became of a text from the phone: whether the line took it."""
    again = f", sent {text.times} times" if text.times > 1 else ""
    if text.answered is None:
        return "Sending", Tone.WAITING
    if text.answered == 0:
        return f"Nobody answered{again}", Tone.BAD
    if text.answered >= 300:
        return f"Not taken: {text.answered}{again}", Tone.BAD
    return f"Taken{again}", Tone.DONE


def _brought(text: PassedText) -> tuple[str, Tone]:
    """What became of a text to the phone."""
    if text.status == "delivered":
        return "Delivered", Tone.DONE
    if text.status in ("undelivered", "failed"):
        return f"{text.status.capitalize()}, {text.error_code}: this phone never had it", Tone.BAD
    return text.status.capitalize(), Tone.WAITING


def _refusal(refused: Exchange) -> Entry:
    """A text that the carrier's API did not take."""
    try:
        code = json.loads(refused.answer)["code"]
    except (ValueError, KeyError, TypeError):
        code = "no code"
    state = f"Refused, {refused.status} ({code}): it never left"
    return Entry(refused.seq, refused.at, Side.THEIRS, refused.sent.get("Body", ""), state, Tone.BAD)
