"""Dates of birth, as written and as said. A date is hidden only where it is said to be of a birth."""

import re
from collections.abc import Iterator

from api.masking.words import Kind, Span

_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety"
UNDER_100 = rf"(?:(?:{_TENS})(?:[ -](?:{_UNITS}))?|{_TEENS}|{_UNITS})"
_FIRST_TO_NINTH = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_ORDINAL = (
    rf"(?:{_FIRST_TO_NINTH}|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|"
    rf"nineteenth|twentieth|thirtieth|(?:twenty|thirty)[ -](?:{_FIRST_TO_NINTH}))"
)
_OH = rf"(?:oh|o|zero|nought) (?:{_UNITS})"
_DAY = rf"(?:[0-3]?\d(?: ?(?:st|nd|rd|th))?|{_OH}|{_ORDINAL}|{UNDER_100})"
_MONTH = (
    "(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
_NUMBERED_MONTH = rf"(?:[01]?\d|{_OH}|{_ORDINAL}|{_UNITS}|ten|eleven|twelve)"
_FULL_YEAR = r"(?:18|19|20)\d\d"
_SPOKEN_YEAR = (
    rf"(?:(?:eighteen|nineteen|twenty) (?:(?:oh|o) (?:{_UNITS})|hundred(?: and {UNDER_100})?|{UNDER_100})|"
    rf"two thousand(?:(?: and)? {UNDER_100})?)"
)
_YEAR = rf"(?:{_FULL_YEAR}|['’]?\d\d|{_SPOKEN_YEAR}|{UNDER_100})"
_GAP = r"(?: ?[/.,\- ] ?(?:(?:of|the|in) )*|)"
_SAID_IN_FIGURES = rf"(?:the )?{_DAY}{_GAP}{_NUMBERED_MONTH}{_GAP}{_YEAR}"
_DATES = (
    rf"(?:the )?{_DAY}{_GAP}{_MONTH}(?![a-z])(?:{_GAP}{_YEAR})?",
    rf"{_MONTH}{_GAP}(?:the )?{_DAY}{_GAP}{_YEAR}",
    rf"{_FULL_YEAR}[-/. ]\d\d?[-/. ]\d\d?",
    rf"[0-3]\d[01]\d(?:{_FULL_YEAR}|\d\d)",
    r"[0-3]?\d ?[/.,\- ] ?[01]?\d ?[/.,\- ] ?(?:(?:18|19|20)\d\d|\d\d)",
    rf"{_MONTH}{_GAP}{_FULL_YEAR}",
    _FULL_YEAR,
    _SPOKEN_YEAR,
)
_NO_AGE = r"(?![\w£])(?! (?:years?|yrs?|weeks?|days?|months?|stone|lbs?|hours?|minutes?)\b)"
_DATE = rf"(?:{'|'.join(_DATES)}){_NO_AGE}"  # What is said in figures alone can be anything: only behind "born".
_DATE_BEHIND = rf"(?:{'|'.join((*_DATES[:4], _SAID_IN_FIGURES, *_DATES[4:]))}){_NO_AGE}"
_BIRTH = (
    r"(?<![a-z])(?!date of birth\])(?:d ?\. ?o ?\. ?b\b\.?|d o b\b|d/o/b\b|dob(?![a-z])|(?:date|year) of birth|"
    r"birth ?date|birth ?days?|bday|b-day|born)"
)
_SAID_OF_BIRTH = re.compile(_BIRTH, re.IGNORECASE)
_DATE_AFTER = re.compile(
    rf"{_BIRTH}(?:[^\w\[]{{1,3}}[^\W\d]+){{0,9}}?\W{{0,4}}(?:\b|(?=\d))({_DATE_BEHIND})", re.IGNORECASE
)
_OWNED = r"(?:(?:is|was|that's|thats|her|his|my|their|the|mum's|dad's|mums|dads|for|s) ){0,4}\(?"
_DATE_BEFORE = re.compile(rf"\b({_DATE})\W{{1,3}}{_OWNED}{_BIRTH}", re.IGNORECASE)
_SAID_BEFORE = re.compile(
    rf"\b({_SAID_IN_FIGURES}) (?:is|was|that's|thats) (?:(?:his|her|my|their|mum's|dad's|mums|dads) ){_BIRTH}",
    re.IGNORECASE,
)
# Long ago, to the day, and written so that it is nothing but a date: with its century, or in the past one.
_LONG_AGO = r"(?:(?:18|19)\d\d|['’]?(?:2[89]|[3-9]\d))"
_WITH_MONTH = re.compile(
    rf"\b((?:the )?[0-3]?\d(?: ?(?:st|nd|rd|th))?{_GAP}{_MONTH}(?![a-z]){_GAP}{_LONG_AGO}){_NO_AGE}", re.IGNORECASE
)
_IN_FIGURES = re.compile(
    rf"(?<![\w£/.-])((?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\2{_LONG_AGO}|"
    rf"19\d\d([/.-])(?:0?[1-9]|1[0-2])\3(?:0?[1-9]|[12]\d|3[01]))(?![\w/-]|\.\d|:\d){_NO_AGE}"
)
_OTHER_DAY = re.compile(
    r"\b(?:married|wedding|wed|anniversary|died|death|killed|passed|since|moved|retired|buried|funeral|war)\b",
    re.IGNORECASE,
)
_NEAR = 40  # Letters before a date that say which day it is.


def births(text: str) -> Iterator[Span]:
    """Every date that is said to be of a birth, before or after such words, and those of long ago that can be one."""
    if _SAID_OF_BIRTH.search(text):
        for pattern in (_DATE_AFTER, _DATE_BEFORE, _SAID_BEFORE):
            yield from (Span(*match.span(1), Kind.DATE_OF_BIRTH) for match in pattern.finditer(text))
    for pattern in (_WITH_MONTH, _IN_FIGURES):
        for match in pattern.finditer(text):
            if not _OTHER_DAY.search(text[max(0, match.start() - _NEAR) : match.start()]):
                yield Span(*match.span(1), Kind.DATE_OF_BIRTH)
