"""What a caller's words, keys and silences mean, and what follows when a call ends."""

import re
from dataclasses import dataclass
from enum import StrEnum


class CallState(StrEnum):
    """Where a call stands."""

    TALKING = "talking"
    HOLDING = "holding"  # A nurse is being rung while the caller stays with us.
    CONNECTED = "connected"  # With a nurse in a conference.
    OVER = "over"


class Said(StrEnum):
    """What came out of one time of listening."""

    WORDS = "words"
    UNCLEAR = "unclear"  # Words of which the recogniser is unsure.
    REPEAT = "repeat"
    MENU = "menu"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Heard:
    """`words`: what the caller is taken to have said, empty unless there are any."""

    said: Said
    words: str = ""


class AfterSilence(StrEnum):
    """What to do when nothing was said, or nothing that we understood, for so many times in a row."""

    ASK_AGAIN = "ask_again"
    OFFER_KEY = "offer_key"
    FETCH_PERSON = "fetch_person"


class AfterCall(StrEnum):
    """What follows when a call is over."""

    NOTHING = "nothing"
    RING_BACK = "ring_back"  # It broke off while somebody may be in danger.
    TEXT_ONCE = "text_once"  # Nobody said a word.
    PAGE = "page"  # Nobody said a word, again and again.


OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})  # The carrier's words.
NURSE_KEY, MENU_KEY, REPEAT_KEY, TEXT_KEY = "0", "9", "*", "#"
NURSE_WORD, TEXT_WORDS, SKIP_WORD = "nurse", "text me that", "skip"
_YES_KEY, _NO_KEY = "1", "2"
_WORD = re.compile(r"[a-z']+|\d+")


def read(
    keys: str,
    speech: str,
    confidence: str,
    *,
    gate: float,
    menu: dict[str, str],
    yes_or_no: bool,
    may_skip: bool = False,
) -> Heard:
    """What one time of listening gave. `menu`: what keys choose, empty unless it was just read out.

    `yes_or_no`: the last that the caller heard was a question that can be answered so. `may_skip`: one that needs no
    answer, and has none by keys; hash passes over it.
    """
    if keys:
        return _read_key(keys[0], menu, yes_or_no, may_skip)
    words = speech.strip()
    if not words:
        return Heard(Said.NOTHING)
    return Heard(Said.WORDS if _surely(confidence) >= gate else Said.UNCLEAR, words)


def _read_key(key: str, menu: dict[str, str], yes_or_no: bool, may_skip: bool) -> Heard:
    if key == NURSE_KEY:
        return Heard(Said.WORDS, NURSE_WORD)
    if key == REPEAT_KEY:
        return Heard(Said.REPEAT)
    if key == TEXT_KEY:
        return Heard(Said.WORDS, SKIP_WORD if may_skip else TEXT_WORDS)
    if key in menu:
        return Heard(Said.WORDS, menu[key])
    if key == MENU_KEY:
        return Heard(Said.MENU)
    if yes_or_no and key in (_YES_KEY, _NO_KEY):
        return Heard(Said.WORDS, "yes" if key == _YES_KEY else "no")
    return Heard(Said.WORDS, key)


def _surely(confidence: str) -> float:
    """How sure the recogniser was, 0 to 1. Where it does not say, we take it to be sure."""
    try:
        return float(confidence)
    except ValueError:
        return 1.0


def has_key_fact(words: str, facts: frozenset[str]) -> bool:
    """Whether the words hold one that changes everything if it was misheard. Every figure does."""
    return any(word in facts or word.isdigit() for word in _WORD.findall(words.lower()))


def one_line(words: str) -> str:
    """Words as they are kept of what was spoken."""
    return " ".join(words.split())


def seconds_to_say(words: str, words_a_second: float) -> float:
    """How long something takes to be read out, about."""
    return len(words.split()) / words_a_second


def after_silence(times: int) -> AfterSilence:
    """What to do after so many silences in a row, this one counted."""
    if times <= 1:
        return AfterSilence.ASK_AGAIN
    return AfterSilence.OFFER_KEY if times == 2 else AfterSilence.FETCH_PERSON


def after_call(*, spoke: bool, in_danger: bool, was_connected: bool, wordless: int, most_wordless: int) -> AfterCall:
    """What follows when a call is over. `wordless`: calls of late without a word from this number, this one counted."""
    if was_connected:
        return AfterCall.NOTHING
    if in_danger:
        return AfterCall.RING_BACK
    if spoke:
        return AfterCall.NOTHING
    return AfterCall.PAGE if wordless >= most_wordless else AfterCall.TEXT_ONCE


def speaks_by_relay(words: str, relay_words: tuple[str, ...]) -> bool:
    """Whether an operator of a text relay service speaks for the caller."""
    low = " ".join(words.lower().split())
    return any(one in low for one in relay_words)
