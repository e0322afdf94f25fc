"""Words that mean more on a crisis line than elsewhere, and what is said first."""

import re
import unicodedata
from enum import StrEnum

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType

from api import gsm7
from api.directory.rules import Need

HOME = "GB"
_UK = frozenset({"GB", "GG", "IM", "JE"})
_FICTION = re.compile(r"\+447700900\d{3}")  # Kept for drama by Ofcom; real number plans lack them.
_BARE_NUMBER = re.compile(r"\+?[\d\s().-]{9,20}")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
MAX_BODY = 10_000  # Characters kept of one message; the rest is cut openly (field `cut`).


class Channel(StrEnum):
    """How words arrive and leave."""

    SMS = "sms"
    WEB = "web"
    VOICE = "voice"


class Mode(StrEnum):
    """Who answers."""

    ASSISTANT = "assistant"
    PERSON = "person"


class Author(StrEnum):
    """Whose words a message holds."""

    CARER = "carer"
    NIGHTLIGHT = "nightlight"
    STAFF = "staff"


class Keyword(StrEnum):
    """What a whole message of one reserved word may be."""

    NURSE = "nurse"  # The carer wants a nurse, in the words that we offered.
    STOP = "stop"  # No more texts.
    AMBIGUOUS = "ambiguous"  # END, QUIT, CANCEL: to a carrier an opt-out, at a bedside perhaps something else.
    HELP = "help"
    START = "start"


_KEYWORDS = {
    Keyword.NURSE: {"nurse", "1", "nurse please", "nurse now"},
    Keyword.STOP: {"stop", "stopall", "stop all", "unsubscribe"},
    Keyword.AMBIGUOUS: {"end", "quit", "cancel", "optout", "revoke"},
    Keyword.HELP: {"help", "info"},
    Keyword.START: {"start", "unstop"},
}
_BY_WORD = {word: keyword for keyword, words in _KEYWORDS.items() for word in words}
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_EDGES = re.compile(r"^[\s.!?,'\"]+|[\s.!?,'\"]+$")


def keyword(body: str) -> Keyword | None:
    """The reserved word that the whole message is. Only whole messages count, as they do for the carrier.

    A cry may be drawn out ("heeelp"); what ends texts is written as the carrier has it.
    """
    said = _EDGES.sub("", body).lower()
    if said in _BY_WORD:
        return _BY_WORD[said]
    drawn_out = _BY_WORD.get(_DRAWN_OUT.sub(r"\1", said))
    return drawn_out if drawn_out in (Keyword.NURSE, Keyword.HELP) else None


def is_number(body: str) -> bool:
    """Whether the whole message is a number, as an answer that was offered by number is."""
    return _EDGES.sub("", body).isdecimal()


DEATHS = frozenset({"expected_death", "unexpected_death"})  # Categories of data/triage.
CHEERFUL = frozenset({"greeting", "thanks", "goodbye"})  # Intents whose usual answer does not suit after a death.


_ASSISTANT = "assistant:"
# Answers that somebody may want to keep, beside those to the needs that services meet.
_KEPT = frozenset({"service_hours_or_contact", "referral_request", "complaint_or_feedback", "privacy_question"})


def assistant_kind(topic: str) -> str:
    """The kind of a message in which the assistant speaks of this."""
    return f"{_ASSISTANT}{topic}"


def is_assistants(kind: str | None) -> bool:
    """Whether the assistant led the turn in which this was said."""
    return (kind or "").startswith((_ASSISTANT, GUIDE_KIND))


OFFER = assistant_kind("did_you_mean")  # Three things to choose from, by number.


# A mobile number is asked for, asked for again, or said back.
QUESTION = assistant_kind("after_danger")  # One of the few questions after a first instruction.
GUIDE_KIND = "guide:"
GUIDE_TELLS = f"{GUIDE_KIND}tells"
GUIDE_ASKS = f"{GUIDE_KIND}asks"  # A text with an open question of a guide.
_FEW = 4
ASKS_NUMBER = frozenset(
    map(assistant_kind, ("ask_number", "ask_number_again", "ask_number_right", "referral", "referral_number"))
)


def is_few_words(body: str) -> bool:
    """Whether a message is as short as answers to our questions are."""
    return len(body.split()) <= _FEW


def is_bare_phone_number(body: str) -> bool:
    """Whether the whole message could be a telephone number."""
    return _BARE_NUMBER.fullmatch(body.strip()) is not None


def is_kept_answer(kind: str | None) -> bool:
    """Whether a message answers a need. Small talk, questions of ours and first instructions do not."""
    by, _, topic = (kind or "").partition(":")
    need = topic.partition(":")[0]  # What stands behind it says how the answer ends.
    return kind == GUIDE_TELLS or (f"{by}:" == _ASSISTANT and (need in Need or need in _KEPT))


def mobile_number(said: str, allow_fiction: bool) -> str | None:
    """The one UK mobile number in a message, as E.164; other words may stand by. None: there is none, or several.

    `allow_fiction`: numbers that Ofcom keeps for drama count, too.
    """
    found = {_e164(match.number) for match in PhoneNumberMatcher(said, HOME, Leniency.POSSIBLE)}
    if len(found) != 1:
        return None
    number = found.pop()
    if allow_fiction and _FICTION.fullmatch(number):
        return number
    parsed = phonenumbers.parse(number)
    is_mobile = phonenumbers.number_type(parsed) == PhoneNumberType.MOBILE
    return number if is_mobile and phonenumbers.region_code_for_number(parsed) in _UK else None


def spaced(number: str) -> str:
    """A UK mobile number as it is read aloud: 07700 900 123."""
    digits = f"0{number.removeprefix('+44')}"
    return f"{digits[:5]} {digits[5:8]} {digits[8:]}"


def in_texts(words: str, limit: int = gsm7.TEXT_LIMIT) -> list[str]:
    """Words (GSM-7) in as few texts as they take, parted only between sentences."""
    texts = [""]
    for sentence in _SENTENCE_ENDS.split(words):
        longer = f"{texts[-1]} {sentence}".strip()
        if gsm7.length(longer) <= limit:
            texts[-1] = longer
        else:
            texts.append(gsm7.cut(sentence, limit))
    return [text for text in texts if text]


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


class Otherwise(StrEnum):
    """What is done when nobody answers the question whether a nurse is needed."""

    PAGE = "page"
    CALL_BACK = "call_back"  # What was said hardly sounds like danger, or is nothing at all, but a life may hang on it.
    NOTHING = "nothing"


class AskOutcome(StrEnum):
    """What became of the question whether a nurse is needed."""

    YES = "yes"
    NO = "no"
    CANNOT_TALK = "cannot_talk"  # It was no good time to talk: a nurse was paged, and the phone was not told.
    UNANSWERED = "unanswered"  # A nurse was paged or somebody asked to ring, all the same.
    OVERTAKEN = "overtaken"  # Another message called for a nurse first.


def has_words(body: str) -> bool:
    """Whether a message says anything: a letter, a digit or a picture sign. "..." says nothing."""
    return any(char.isalnum() or unicodedata.category(char).startswith("S") for char in body)


def is_opt_out(word: Keyword | None, carrier_says: str) -> bool:
    """Whether the number takes no more texts from now on.

    STOP is always an opt-out. END, QUIT and CANCEL are only when the carrier says that it has treated them so.
    """
    return word == Keyword.STOP or carrier_says == "STOP"


def with_opening(opening: str | None, answer: str, limit: int | None) -> tuple[str, bool]:
    """Put the opening before the first answer if both fit. Returns the text and whether the opening is in it.

    `limit` is in places of a text message; None: there is no limit.
    """
    if opening is None:
        return answer, False
    both = f"{opening}\n{answer}"
    fits = limit is None or gsm7.length(gsm7.to_gsm7(both)) <= limit
    return (both, True) if fits else (answer, False)


def clean(body: str) -> tuple[str, bool]:
    """What is kept of a message: no null bytes, at most MAX_BODY characters. Returns it and whether it was cut."""
    body = body.replace("\x00", "").strip()
    return body[:MAX_BODY], len(body) > MAX_BODY


WITHHELD = "withheld:"  # Before the carrier's id of the one message, which is all that keeps such a carer apart.


def is_withheld(address: str) -> bool:
    """Whether the carer's number was hidden, so that no text can be sent back."""
    return address.startswith(WITHHELD)


def mask(address: str) -> str:
    """A number as it may be shown in a list: the last three digits only."""
    return f"...{address[-3:]}" if len(address) > 3 else "..."
