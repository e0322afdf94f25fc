"""Which rows of figures are somebody's number: an NHS number by its check digit, a telephone by `phonenumbers`.

A long number that is neither is hidden as well, for it is somebody's. Helplines' and short numbers stay readable.
"""

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

import phonenumbers

from api.masking.checks import LONGEST, NHS_DIGITS, SHORTEST, is_dialled, is_nhs_number, is_telephone, national
from api.masking.figures import Atom, runs
from api.masking.words import Kind, Lists, Span, Token, without_web_addresses

_LOCAL = 7  # Without its area.
_SPOKEN_OF = 5  # Digits, where somebody says that it is a telephone number.
_SPOKEN = 4  # Figures said one by one, where others are said together.
_NEAR, _CLOSE = 7, 4  # Words.
_DATES = ([1, 1, 2], [1, 2, 2], [2, 1, 2], [2, 2, 2], [1, 1, 4], [1, 2, 4], [2, 1, 4], [2, 2, 4], [4, 2, 2])  # Digits.
_SLASHED = re.compile(r"(?<![\d/])\d{3,5}(?:[ /-]{1,3}\d{2,4}){2,3}(?!\d|[ /-]\d)")
type Found = tuple[int, int, Kind | None]  # Atoms of a run, half-open. None: a public number.


def numbers(tokens: Sequence[Token], lists: Lists) -> Iterator[Span]:
    """Every NHS and telephone number, and every other long one."""
    for run in runs(tokens, lists):
        if sum(len(atom.digits) for atom in run) < _SPOKEN_OF:
            continue
        for first, last, kind in _Run(tokens, run, lists).found():
            if kind is not None:
                yield Span(_start(tokens, run[first].first), _end(tokens, run[last - 1].last), kind)


def written_telephones(text: str, lists: Lists) -> Iterator[Span]:
    """Numbers with a slash inside, which no row of figures has."""
    text = without_web_addresses(text)
    if "/" in text and sum(map(str.isdecimal, text)) >= SHORTEST:
        for match in phonenumbers.PhoneNumberMatcher(text, "GB"):
            digits = f"{match.number.country_code}{match.number.national_number}"
            if national(digits) not in lists.public_numbers:
                yield Span(match.start, match.end, Kind.PHONE)
        yield from _slashed(text, lists)


def _slashed(text: str, lists: Lists) -> Iterator[Span]:
    for match in _SLASHED.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if is_nhs_number(digits):
            yield Span(*match.span(), Kind.NHS_NUMBER)
        elif is_dialled(digits) and national(digits) not in lists.public_numbers:
            yield Span(*match.span(), Kind.PHONE)


def _start(tokens: Sequence[Token], first: int) -> int:
    """Where a number begins: with the plus before it, if it has one."""
    token = tokens[first]
    if first and tokens[first - 1].low == "plus":
        return tokens[first - 1].start
    return token.start - len(token.gap) + token.gap.rindex("+") if "+" in token.gap else token.start


def _end(tokens: Sequence[Token], last: int) -> int:
    """Where a number ends: with its extension, if it has one."""
    behind = tokens[last + 1 : last + 3]
    extended = len(behind) == 2 and behind[0].low in ("ext", "extension", "x") and behind[1].low.isdecimal()
    return behind[1].end if extended else tokens[last].end


class _Run:
    """One row of figures, and what is said before it."""

    def __init__(self, tokens: Sequence[Token], run: Sequence[Atom], lists: Lists) -> None:
        self._run, self._lists = run, lists
        first, last = run[0].first, run[-1].last
        before = [token.bare for token in tokens[max(0, first - _NEAR) : first]]
        behind = {token.low for token in tokens[last + 1 : last + _NEAR]}
        after = behind & {"mobile", "landline"}
        since_nhs = before[len(before) - before[::-1].index("nhs") :] if "nhs" in before else None
        self._plus = tokens[first].gap.rstrip(" (").endswith("+") or before[-1:] == ["plus"]
        self._nhs = "nhs" in behind or (
            since_nhs is not None and not lists.telephones & set(since_nhs) - {"number", "num"}
        )
        self._thing = bool(lists.things & set(before))
        self._telephone = bool(lists.telephones & {*before, *after}) and not lists.no_telephones & set(before[-_CLOSE:])

    def _digits(self, first: int, last: int) -> str:
        return "".join(atom.digits for atom in self._run[first:last])

    def found(self) -> list[Found]:
        """What the row holds, first whole, then in parts; and what is left of it, by its length."""
        count = len(self._run)
        if whole := self._number(0, count):
            return [whole]
        found, at = list(self._parts()), 0
        for first, last, _ in sorted([*found, (count, count, None)], key=itemgetter(0)):
            if first > at and (kind := self._rest(at, first)) is not None:
                found.append((at, first, kind))
            at = last
        return found

    def _parts(self) -> Iterator[Found]:
        """Numbers inside the row, whole telephones first, and those with only a check digit last."""
        free = [True] * len(self._run)
        for dialled, starts in ((True, ("0",)), (False, ("0", "44")), (False, ("",))):
            for first in range(len(self._run)):
                if not self._run[first].digits.startswith(starts):
                    continue
                lasts = range(min(len(self._run), first + LONGEST), first, -1)
                ends = (last for last in lasts if all(free[first:last]))
                found = (self._number(first, last) for last in ends if not dialled or self._is_dialled(first, last))
                if part := next(filter(None, found), None):
                    yield part
                    free[part[0] : part[1]] = [False] * (part[1] - part[0])

    def _is_dialled(self, first: int, last: int) -> bool:
        return is_dialled(self._digits(first, last))

    def _number(self, first: int, last: int) -> Found | None:
        """These atoms as one number, if they are one."""
        digits, plus = self._digits(first, last), self._plus and first == 0
        if national(digits) in self._lists.public_numbers:
            return first, last, None
        if self._nhs and len(digits) == NHS_DIGITS:
            return first, last, Kind.NHS_NUMBER
        telephone = is_telephone(digits, plus)
        if is_nhs_number(digits) and not (telephone and (plus or digits.startswith(("0", "44")))):
            return first, last, Kind.NHS_NUMBER
        of_somebody = not self._thing or is_dialled(digits)
        return (first, last, Kind.PHONE) if telephone and of_somebody else None

    def _rest(self, first: int, last: int) -> Kind | None:
        """The kind of what is left over, if it is hidden: what is not sure is, when it is a long number."""
        digits, atoms = self._digits(first, last), self._run[first:last]
        sizes = [len(atom.digits) for atom in atoms]
        if self._thing and not self._nhs:
            return None
        public = self._lists.public_numbers
        if national(digits) in public or all(atom.digits in public for atom in atoms):
            return None
        if self._nhs and abs(len(digits) - NHS_DIGITS) <= 1:
            return Kind.NHS_NUMBER
        if self._telephone and len(digits) >= _SPOKEN_OF and sizes not in _DATES:
            return Kind.PHONE
        if len(atoms) > 1 and all(map(_is_time, atoms)):
            return None
        if len(atoms) == 1:
            return Kind.PHONE if len(digits) >= _LOCAL else Kind.CODE if len(digits) == _LOCAL - 1 else None
        if len(digits) >= SHORTEST:
            return Kind.PHONE if max(sizes) > 2 or sizes.count(1) >= _LOCAL else None
        return Kind.PHONE if len(digits) >= _LOCAL and (min(sizes) > 2 or sizes.count(1) >= _SPOKEN) else None


def _is_time(atom: Atom) -> bool:
    """Whether it reads as hours and minutes: 0630."""
    return len(atom.digits) == 4 and atom.digits < "2400" and atom.digits[2:] < "60"
