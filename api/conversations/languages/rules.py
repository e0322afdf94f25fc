"""Which language a carer names as theirs, and what of a message can be judged for the language it is in. Pure.

A language counts as named only in the few ways in which people ask for one: "I only speak Polish", "is there somebody
who speaks Polish", "interpreter in Polish", "Polish please", or the name and nothing else. A nurse who speaks it,
polish for nails and a Turkish neighbour are none of these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 600  # Characters: what stands after these tells no more.
_MOST_ENGLISH = 8  # One English word in so many makes a message English.
_ENGLISH_LETTERS = 0x250  # Where the Latin letters end, with accents or without.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FIGURES = re.compile(r"\S*[\d@]\S*")
_REFUSED = re.compile(r"\b(?:say|not|no|never|nor|without|cannot|cant|dont|doesnt|didnt|isnt|wont)\b|n[’']t\b")
_SPEAKS = r"(?:speaks?|speaking|talks?|understands?|understood|reads?|writes?|knows?)"
_ASKS = r"(?:(?:is|are) there|(?:have|do|can|could) (?:you|u)|can (?:i|we)|got|need|want|please|pls)"
_HOW_WELL = "(?: (?:only|just|mostly|mainly|better|good|fluent|a|little|bit|of|some|it|this|to|me|him|her|my|in))*"
_WAYS = (
    # I speak; we only understand.
    rf"\b(?:i|we|you|u|any\w+|some\w+)(?: [\w'’]+){{0,2}}? {_SPEAKS}{_HOW_WELL} {{name}}",
    rf"\b(?:only|just) {_SPEAKS} {{name}}",
    rf"\b{_SPEAKS} (?:only|just|mainly|mostly) {{name}}",
    rf"^{_SPEAKS} {{name}}",
    # Is there a nurse who speaks; I need a leaflet in.
    rf"\b{_ASKS}\b(?: [\w'’]+){{0,6}}? (?:{_SPEAKS}|in|into) {{name}}",
    rf"\b{_ASKS}\b(?: [\w'’]+){{0,3}}? {{name}}[ -](?:speaking|speaker|interpret\w+|translat\w+|version|leaflet)",
    r"\b(?:interpret[eo]r|translat\w+)\b(?: (?:in|into|to|for|who|that|speaks|speaking|a))* {name}",
    r"{name}[ -](?:speaking )?(?:interpret[eo]r|translat\w+)",
    # My first language is.
    r"\b(?:language|tongue)(?: is| was|:) {name}",
    r"\bin {name},? (?:please|pls|plz)",
)
_WHOLE = r"\W*(?:in )?{name}(?:,? (?:please|pls|plz))?\W*"


@dataclass(frozen=True, slots=True)
class Language:
    """One of data/languages.yml. `code`: BCP 47. `written`: a message in it can be told from others."""

    code: str
    title: str
    names: tuple[str, ...]
    written: bool


@dataclass(frozen=True, slots=True)
class Known:
    """The whole file: the languages by their codes, and how sure a guess must be."""

    languages: Mapping[str, Language]
    sure: float
    sure_in_other_letters: float
    fewest_words: int
    english: frozenset[str]
    ways: tuple[re.Pattern[str], ...]
    whole: re.Pattern[str]
    name: re.Pattern[str]
    by_name: Mapping[str, str]


def known(languages: Mapping[str, Language], sure: tuple[float, float], fewest: int, english: str) -> Known:
    """The file with its patterns put together once. `sure`: in the letters of English, and in others."""
    by_name = {name.casefold(): one.code for one in languages.values() for name in one.names}
    longest_first = sorted(by_name, key=len, reverse=True)
    name = rf"(?<!\w)(?P<name>{'|'.join(map(re.escape, longest_first))})(?!\w)"
    ways = tuple(re.compile(way.replace("{name}", name)) for way in _WAYS)
    whole, alone = re.compile(_WHOLE.replace("{name}", name)), re.compile(name)
    return Known(languages, *sure, fewest, frozenset(english.split()), ways, whole, alone, by_name)


def plain(body: str) -> str:
    """As names are looked for: small, and its spaces one."""
    return " ".join(body[:LONGEST].casefold().split())


def said(body: str, by: Known) -> str | None:
    """The language that a carer asks for or says they speak. None: none, or more than one is named."""
    text = plain(body)
    if not by.name.search(text):
        return None
    if (alone := by.whole.fullmatch(text)) is not None:
        return by.by_name[alone["name"]]
    found = {by.by_name[one["name"]] for way in by.ways for one in way.finditer(text) if not _REFUSED.search(one[0])}
    return found.pop() if found == {named(body, by)} else None


def named(body: str, by: Known) -> str | None:
    """The one language that is named in a message which is known to be about languages. None: none, or several."""
    text = plain(body)
    found = {by.by_name[one["name"]] for one in by.name.finditer(text) if not _REFUSED.search(_before(text, one))}
    return found.pop() if len(found) == 1 else None


def _before(text: str, name: re.Match[str]) -> str:
    """The two words before a name."""
    return " ".join(text[: name.start()].split()[-2:])


def evidence(body: str, by: Known) -> str:
    """What of a message may be judged: without figures, addresses and names. Empty: too little, or plainly English."""
    text = _FIGURES.sub(" ", body[:LONGEST])
    words = text.split()
    if not text.isupper():  # Within a sentence a capital is a name's.
        words = [word for place, word in enumerate(words) if place == 0 or not word[0].isupper()]
    kept = " ".join(words)
    if in_other_letters(kept):
        return kept
    told = [word.casefold().replace("’", "").replace("'", "") for word in _WORD.findall(kept)]
    if len({word for word in told if len(word) > 1}) < by.fewest_words:
        return ""
    return "" if sum(word in by.english for word in told) * _MOST_ENGLISH >= len(told) else kept


def in_other_letters(text: str) -> bool:
    """Whether most of its letters are none in which English is written."""
    letters = [one for one in text if one.isalpha()]
    return sum(ord(one) >= _ENGLISH_LETTERS for one in letters) * 2 > len(letters)
