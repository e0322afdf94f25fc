"""Figures however they are written or said: `07700 900123`, `oh double seven hundred`, `twenty-one`, as rows of digits.

It decides nothing about what a number is; it only knows which words and digits follow one another as one number may.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.masking.words import Lists, Token

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SINGLE = {word: str(value) for value, word in enumerate(_UNITS)} | {
    "oh": "0",
    "o": "0",
    "ow": "0",
    "nought": "0",
    "naught": "0",
    "nil": "0",
}
MANY = {word: str(10 + value) for value, word in enumerate(_TEENS)} | {"oo": "00", "ooo": "000"}
_TENS_OF = {word: str(2 + value) for value, word in enumerate(_TENS)} | {"fourty": "4", "ninty": "9"}
_TIMES = {"double": 2, "treble": 3, "triple": 3}
_NOUGHTS = {"hundred": "00", "thousand": "000"}
_WHOLE = 10  # Digits. A row that has them already goes on with no more asides.
_JOINS = re.compile(r"[\s\-–—.…·,()+*_:;]*")
_MONEY = ("£", "$", "€")
_HOURS, _MINUTES = 24, 60
_MEASURED = 6  # Digits. What is longer is no dose, time or age, whatever stands beside it.


class Atom(NamedTuple):
    """Digits that were written or said together. `first`, `last`: their tokens."""

    digits: str
    first: int
    last: int


def runs(tokens: Sequence[Token], lists: Lists) -> Iterator[list[Atom]]:
    """The rows of figures between which nothing stands but spaces, strokes and such words as "um", in order.

    An amount of money, and a figure with a unit behind it, is in none: it ends the row.
    """
    run: list[Atom] = []
    place = 0
    while place < len(tokens):
        clock = _is_clock(tokens, place)
        atom = None if clock else _atom(tokens, place)
        if run and not (_JOINS.fullmatch(tokens[place].gap) and (atom or _may_stand_inside(tokens, place, run, lists))):
            yield run
            run = []
        if atom is None:
            place += 2 if clock else 1
            continue
        if _is_measured(tokens, atom, lists.units):
            if run:
                yield run
            run = []
        else:
            run.append(atom)
        place = atom.last + 1
    if run:
        yield run


def _may_stand_inside(tokens: Sequence[Token], place: int, run: Sequence[Atom], lists: Lists) -> bool:
    """Whether a word that is no figure can be said in the midst of a number."""
    low, dictated = tokens[place].low, not tokens[run[-1].last].low.isdecimal()
    return low in lists.fillers or (low in lists.asides and dictated and sum(len(atom.digits) for atom in run) < _WHOLE)


def _is_clock(tokens: Sequence[Token], place: int) -> bool:
    """Whether a time of day is written here: `08:15`."""
    pair = tokens[place : place + 2]
    if len(pair) < 2 or pair[1].gap != ":" or not (pair[0].low + pair[1].low).isdecimal():
        return False
    hour, minute = pair[0].low, pair[1].low
    goes_on = pair[0].gap.endswith(":") or (place + 2 < len(tokens) and tokens[place + 2].gap == ":")
    return not goes_on and len(minute) == len("00") and int(hour) < _HOURS and int(minute) < _MINUTES


def _is_measured(tokens: Sequence[Token], atom: Atom, units: frozenset[str]) -> bool:
    if len(atom.digits) > _MEASURED:
        return False
    after = tokens[atom.last + 1] if atom.last + 1 < len(tokens) else None
    if after is not None and after.gap.strip(" \u00a0-") == "" and after.low in units:
        return not (after.low == "o" or (len(after.low) == 1 and after.gap))
    return tokens[atom.first].gap.rstrip().endswith(_MONEY) or (after is not None and "%" in after.gap[:2])


def _atom(tokens: Sequence[Token], place: int, most: int = 4) -> Atom | None:
    """What begins here; `most`: a "hundred" or "thousand" in it has fewer noughts than that."""
    low = tokens[place].low
    if low.isdecimal():
        return Atom(ascii_digits(low), place, place)
    if low in _TIMES and place + 1 < len(tokens):
        digit = _one(tokens[place + 1])
        return Atom(digit * _TIMES[low], place, place + 1) if digit else None
    following = tokens[place + 1].low if place + 1 < len(tokens) else ""
    if low in _TENS_OF:
        if following in SINGLE and following not in ("o", "oh", "zero") and len(tokens[place + 1].gap) == 1:
            return Atom(_TENS_OF[low] + SINGLE[following], place, place + 1)
        return Atom(_TENS_OF[low] + "0", place, place)
    digits = "1" if low == "a" and following in _NOUGHTS else SINGLE.get(low) or MANY.get(low)
    if digits and following in _NOUGHTS:
        noughts = _NOUGHTS[following]
        return _hundreds(tokens, place, digits, noughts) if len(noughts) < most else None
    return Atom(digits, place, place) if digits else None


def _hundreds(tokens: Sequence[Token], place: int, digits: str, noughts: str) -> Atom:
    """`seven hundred`, and with "and" behind it `a hundred and two`."""
    goes_on = place + 3 < len(tokens) and tokens[place + 2].low == "and"
    rest = _atom(tokens, place + 3, len(noughts)) if goes_on else None
    if rest and len(rest.digits) <= len(noughts) and not tokens[place + 3].low.isdecimal():
        return Atom(digits + rest.digits.zfill(len(noughts)), place, rest.last)
    return Atom(digits + noughts, place, place + 1)


def _one(token: Token) -> str:
    return ascii_digits(token.low) if token.low.isdecimal() and len(token.low) == 1 else SINGLE.get(token.low, "")


def ascii_digits(digits: str) -> str:
    """Digits of any script as 0 to 9."""
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)
