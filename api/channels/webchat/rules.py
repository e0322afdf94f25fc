"""What the chat page decides: who may post, what a number is, how a message looks, what is said of how things stand."""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType

from api.conversations.rules import Author, Channel
from api.escalations.rules import State
from api.switches.rules import Switch, is_off, is_people_only

HOME = "GB"
_WRONG_KINDS = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
_FICTION = re.compile(r"\+447700900\d{3}|\+441632960\d{3}")  # Kept for drama by Ofcom; real number plans lack them.
_SHORT = re.compile(r"(?<![\w.,/-])(?:999|111|112)(?![\w/-]|[.,]\d)")
_WEB = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_STEP_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"“])|\n+")
_TELL_NOW = frozenset({"nobody_reached", "not_reached_yet"})


def address_of(secret: str) -> str:
    """What a conversation is kept by: it recognises the browser's secret and does not give it away."""
    return hashlib.sha256(f"thread:{secret}".encode()).hexdigest()


def token_of(secret: str) -> str:
    """What every form of a thread carries, so that another site cannot post in its name."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def inbound_id(address: str, client_id: str, body: str) -> str:
    """The same for a double tap or a repeated post, which bring the same words from the same form; else never the same.

    The words count too: a page that the browser brings back from its history has an old `client_id` and new words.
    """
    return f"web:{address}:{hashlib.sha256(f'{client_id}\n{body}'.encode()).hexdigest()[:32]}"


def comes_from_us(fetch_site: str | None, origin: str | None, own_origins: frozenset[str]) -> bool:
    """Whether a post comes from our own page, by headers that no page can forge. Very old browsers send neither."""
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return origin is None or origin in own_origins


def phone_number(typed: str, allow_fiction: bool) -> str | None:
    """A number that a nurse can ring, as E.164, or None. Without a country it is British; words may stand by."""
    within = [match.number for match in PhoneNumberMatcher(typed, HOME)]
    try:
        number = within[0] if len(within) == 1 else phonenumbers.parse(typed, HOME)
    except NumberParseException:
        return None
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if allow_fiction and _FICTION.fullmatch(written):
        return written
    fits = phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in _WRONG_KINDS
    return written if fits else None


def tel(number: str) -> str:
    """The address that a phone dials: `tel:` and the digits."""
    return "tel:" + re.sub(r"[^\d+]", "", number)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message; `href` is set where it can be rung or opened."""

    words: str
    href: str | None = None


def parts(words: str, team_number: str) -> list[Part]:
    """A message with every number that can be rung, and every web address, as a link."""
    found, last = [], 0
    for start, end, href in sorted(_links(words, team_number)):
        if start < last:
            continue  # Inside another one.
        found += [Part(words[last:start]), Part(words[start:end], href)]
        last = end
    return [part for part in [*found, Part(words[last:])] if part.words]


def sentences(words: str) -> list[str]:
    """An instruction one step at a time: each sentence by itself."""
    return [step for step in _STEP_ENDS.split(words) if step.strip()]


def _links(words: str, team_number: str) -> Iterator[tuple[int, int, str]]:
    for match in _WEB.finditer(words):
        yield match.start(), match.end(), match.group()
    for match in re.finditer(re.escape(team_number), words):
        yield match.start(), match.end(), tel(team_number)
    for found in PhoneNumberMatcher(words, HOME):
        yield found.start, found.end, tel(found.raw_string)
    for match in _SHORT.finditer(words):
        yield match.start(), match.end(), tel(match.group())


class Look(StrEnum):
    """How a message stands on the page."""

    MINE = "mine"
    PLAIN = "plain"
    URGENT = "urgent"
    NURSE = "nurse"


def look(author: str, kind: str | None) -> Look:
    """How a message looks. `kind` says which approved text it is; first instructions begin `instruction:`."""
    if author == Author.CARER:
        return Look.MINE
    if author == Author.STAFF or kind in ("accepted", "person_joined"):
        return Look.NURSE
    is_urgent = kind is not None and (kind.startswith("instruction:") or kind in _TELL_NOW)
    return Look.URGENT if is_urgent else Look.PLAIN


def without_opening(words: str, opening: str) -> tuple[str, bool]:
    """The first answer without its opening, so that an instruction never comes second; and whether it had one."""
    rest = words.removeprefix(f"{opening}\n")
    return rest, rest != words


def switched(on: Collection[str]) -> list[str]:
    """What the page says of what the team has switched on, as names of approved texts."""
    said = []
    if is_off(on, Channel.WEB):
        said.append("chat_off")
    elif is_people_only(on, Channel.WEB):
        said.append("chat_people_only")
    return [*said, "chat_no_capacity"] if Switch.NO_CAPACITY in on and "chat_off" not in said else said


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand, as the name of an approved text and what fills its places."""

    reply: str
    places: dict[str, str]


def standing(
    person: str | None, state: str | None, accepted_by: str | None, accepted_at: str | None
) -> Standing | None:
    """What to say above the box: only what the records say now. None: nothing more than the messages say."""
    if person:
        return Standing("chat_person_here", {"nurse": person})
    if state == State.WAITING:
        return Standing("chat_trying", {})
    if state == State.UNREACHED:
        return Standing("chat_unreached", {})
    if state == State.ACCEPTED and accepted_by and accepted_at:
        return Standing("chat_has_it", {"nurse": accepted_by, "time": accepted_at})
    return None
