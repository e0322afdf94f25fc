"""What masking reads and what it finds: kinds, spans, the lists of data/masking compiled, and a text cut into words."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What is hidden. CODE: of a door or key safe, and numbers by which an office knows a person."""

    NAME = "name"
    PHONE = "phone"
    NHS_NUMBER = "nhs_number"
    POSTCODE = "postcode"
    ADDRESS = "address"
    EMAIL = "email"
    DATE_OF_BIRTH = "date_of_birth"
    CODE = "code"


SHOWN: Mapping[Kind, str] = {
    Kind.NAME: "[name]",
    Kind.PHONE: "[phone number]",
    Kind.NHS_NUMBER: "[NHS number]",
    Kind.POSTCODE: "[postcode]",
    Kind.ADDRESS: "[address]",
    Kind.EMAIL: "[e-mail]",
    Kind.DATE_OF_BIRTH: "[date of birth]",
    Kind.CODE: "[code]",
}


class Span(NamedTuple):
    """A half-open range of characters that tells who somebody is."""

    start: int
    end: int
    kind: Kind


class Token(NamedTuple):
    """A word or a row of digits. `low`: small, without accents; `gap`: what stands before it, one space for several."""

    text: str
    low: str
    start: int
    end: int
    gap: str

    @property
    def bare(self) -> str:
        """Without a possessive's ending: dave for `Dave's`."""
        return self.low[:-2] if self.low.endswith("'s") else self.low


@dataclass(frozen=True, slots=True)
class Lists:
    """The word lists, compiled. All words are small and without accents; what each means stands in data/masking.

    `public_names` leads from a first word to the rows of words that begin with it; `public_numbers` are digits as
    dialled in the UK; `phrases` are rows of words after which a name follows.
    """

    given: frozenset[str]
    given_words: frozenset[str]
    given_common: frozenset[str]
    given_helping: frozenset[str]
    given_places: frozenset[str]
    family: frozenset[str]
    family_words: frozenset[str]
    ordinary: frozenset[str]
    kept: frozenset[str]
    places: frozenset[str]
    titles: frozenset[str]
    sure_titles: frozenset[str]
    kin: frozenset[str]
    kin_before_names: frozenset[str]
    phrases: frozenset[tuple[str, ...]]
    openers: frozenset[str]
    speakers: frozenset[str]
    after_is: frozenset[str]
    misspelt: frozenset[str]
    after_own_name: frozenset[str]
    after_a_name: frozenset[str]
    farewells: frozenset[str]
    no_name: frozenset[str]
    bodies: frozenset[str]
    weak_bodies: frozenset[str]
    public_names: Mapping[str, tuple[tuple[str, ...], ...]]
    public_numbers: frozenset[str]
    public_addresses: frozenset[str]
    areas: frozenset[str]
    units: frozenset[str]
    streets: frozenset[str]
    loose_streets: frozenset[str]
    vague_streets: frozenset[str]
    welsh_streets: frozenset[str]
    houses: frozenset[str]
    no_street: frozenset[str]
    told: frozenset[str]
    placed: frozenset[str]
    particles: frozenset[str]
    fillers: frozenset[str]
    asides: frozenset[str]
    telephones: frozenset[str]
    no_telephones: frozenset[str]
    things: frozenset[str]
    codes: frozenset[str]
    no_codes: frozenset[str]
    code_places: frozenset[str]
    no_between_code: frozenset[str]
    between_code: frozenset[str]
    flats: frozenset[str]
    numbered: frozenset[str]
    living: frozenset[str]
    surely_living: frozenset[str]
    spelt: frozenset[str]
    letters: Mapping[str, str]

    def any_given(self, word: str) -> bool:
        """Whether somebody can be called this at all."""
        return (
            word in self.given
            or word in self.given_words
            or word in self.given_common
            or word in self.given_places
            or word in self.given_helping
        )

    def sure_family(self, word: str) -> bool:
        """Whether it is a family name and hardly anything else."""
        return word in self.family and not (
            word in self.family_words or word in self.ordinary or word in self.places or word in self.kept
        )


_SHOWN = "|".join(re.escape(shown) for shown in SHOWN.values())
_LETTER = r"(?:[^\W\d_][\u0300-\u036f]*)"  # Some telephones write an accent as a sign by itself.
_WEB = r"https?://\S+|www\.\S+"
_TOKEN = re.compile(rf"{_SHOWN}|{_WEB}|\d+|{_LETTER}+(?:['’‘`´]{_LETTER}+)*")
_WEB_ADDRESS = re.compile(_WEB)
_SPACES = re.compile(r"[^\S\n]+")
_HYPHENS = "\u2010\u2011\u2012\u2212\ufe63\uff0d"
_UNSEEN = [0xA0, 0xAD, 0x34F, 0x20E3, 0xFE0F, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x2030)]
_UNSEEN += range(0x2060, 0x2070)
_EVEN = dict.fromkeys(map(ord, _HYPHENS), "-") | dict.fromkeys(_UNSEEN, " ")
_LETTERS = str.maketrans("’‘`´łŁøØđĐß", "''''lLoOdDs")


def even(text: str) -> str:
    """The text, as long as before, with one hyphen for all kinds, and a space for signs that nobody sees."""
    return text if text.isascii() else text.translate(_EVEN)


def without_web_addresses(text: str) -> str:
    """The text, as long as before, with spaces in place of what leads to a page."""
    return _WEB_ADDRESS.sub(lambda match: " " * len(match.group()), text)


def tokens(text: str) -> list[Token]:
    """The words and rows of digits of a text, in order. What is hidden already is one token, like a web address."""
    found, end = [], 0
    for match in _TOKEN.finditer(text):
        word = match.group()
        found.append(Token(word, plain(word), match.start(), match.end(), _SPACES.sub(" ", text[end : match.start()])))
        end = match.end()
    return found


def without(words: Sequence[Token], spans: Sequence[Span]) -> list[Token]:
    """The words with each span as one token, as if it were hidden already."""
    left: list[Token] = []
    for word in words:
        span = next((span for span in spans if span.start < word.end and word.start < span.end), None)
        if span is None:
            left.append(word)
        elif not left or left[-1].start != span.start:
            left.append(Token(SHOWN[span.kind], SHOWN[span.kind].lower(), span.start, span.end, word.gap))
    return left


def plain(word: str) -> str:
    """A word as the lists have it: `Siân’s` is sian's."""
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word.translate(_LETTERS)).encode("ascii", "ignore").decode() or word
    return word.lower().replace("`", "'")
