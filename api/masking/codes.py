"""Codes of doors and key safes, passwords, and the numbers by which an office knows a person.

A short number is hidden only where it is said to be one of these. National Insurance numbers are two letters, six
figures, and A to D; whether the letters are in use is not asked:
https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110 (read 26 November 2026).
"""

import re
from collections.abc import Iterator, Sequence

from api.masking.figures import SINGLE, Atom, runs
from api.masking.words import Kind, Lists, Span, Token

_NI_NUMBER = re.compile(r"\b[A-Z] ?[A-Z](?:[ -]?\d){6}[ -]?[A-D]\b", re.IGNORECASE)
_OFFICE = re.compile(
    r"\b(?:(?:hospital|hosp|patient|unit|case|district|claim|policy|account|member(?:ship)?|client|customer|insurance|ni|"
    r"chi|badge|licen[cs]e|passport)(?: (?:id|number|num|no|reference|ref|code)\b)+|mrn\b|crn\b|nino\b|chi\b|ref\b|"
    r"reference\b)\W{0,3}(?:(?:is|its|it's|of|was|for|the|her|him|his) ){0,3}\W{0,2}"
    r"([a-z]{0,3}[ /-]?\d{4,12}[a-z]{0,2}|[a-z]{0,3} ?\d{1,4}(?:[ /-]\d{1,4}){1,4}[a-z]{0,2})\b",
    re.IGNORECASE,
)
_CODE_PAIRS = frozenset({("key", "box"), ("lock", "box"), ("key", "pad"), ("door", "entry")})
_LETS_IN = frozenset((whom, "in") for whom in ("u", "you", "yourself", "yourselves", "urself"))
_SIGNS = frozenset({"hash", "star", "asterisk"})
_FAR = 9  # Words between a code's name and its figures.
_INSURANCE = 6  # Digits between its letters.
_CLOSE = 5  # Words between a place where codes are kept and figures that can hardly be anything else.
_CODE_DIGITS, _SURE_DIGITS = range(3, 9), range(4, 9)
_PASSWORD = re.compile(
    r"\b(?:password|passcode|pass word)(?:'s)?\W{0,3}(?:is |was |= ?)(?!\[code\])\W?(\S*\w)", re.IGNORECASE
)


def office_numbers(text: str) -> Iterator[Span]:
    """National Insurance numbers by their form; hospitals' and others' numbers where they are said to be that."""
    if any(letter.isdecimal() for letter in text):
        yield from (Span(*match.span(), Kind.CODE) for match in _NI_NUMBER.finditer(text))
        yield from (Span(*match.span(1), Kind.CODE) for match in _OFFICE.finditer(text))


def dictated_insurance(tokens: Sequence[Token], lists: Lists) -> Iterator[Span]:
    """National Insurance numbers said figure by figure: "q q one two three four five six c"."""
    for run in runs(tokens, lists):
        first, last = run[0].first, run[-1].last
        before, behind = tokens[max(0, first - 2) : first], tokens[last + 1 : last + 2]
        letters = len(before) == 2 and all(len(token.low) == 1 and token.low.isalpha() for token in before)
        if (
            letters
            and sum(len(atom.digits) for atom in run) == _INSURANCE
            and behind
            and behind[0].low in ("a", "b", "c", "d")
        ):
            yield Span(before[0].start, behind[0].end, Kind.CODE)


def codes(text: str, tokens: Sequence[Token], lists: Lists) -> Iterator[Span]:
    """Short numbers that are said to open a door, a key safe or a telephone, and passwords."""
    named = [place for place in range(len(tokens)) if _names_a_code(tokens, place, lists)]
    kept = [place for place, token in enumerate(tokens) if token.bare in lists.code_places]
    if named or kept:
        for run in runs(tokens, lists):
            first, last = _with_letters(tokens, run)
            digits = sum(len(atom.digits) for atom in run)
            named_so = digits in _CODE_DIGITS and _is_code(tokens, run, named, lists)
            if named_so or _is_kept(tokens, (first, last), "".join(atom.digits for atom in run), kept, lists):
                yield Span(tokens[first].start, tokens[last].end, Kind.CODE)
    yield from (Span(*match.span(1), Kind.CODE) for match in _PASSWORD.finditer(text))


def _names_a_code(tokens: Sequence[Token], place: int, lists: Lists) -> bool:
    low, before = tokens[place].bare, tokens[place - 1].low if place else ""
    pair = before, low
    return (low in lists.codes and before not in lists.no_codes) or pair in _CODE_PAIRS or pair in _LETS_IN


def _is_code(tokens: Sequence[Token], run: Sequence[Atom], named: Sequence[int], lists: Lists) -> bool:
    """Whether nothing but what belongs to it stands between these figures and what they open, on either side."""
    for place in named:
        before, after = tokens[place + 1 : run[0].first], tokens[run[-1].last + 1 : place]
        between = before if place < run[0].first else after
        if len(between) <= _FAR and all(token.low in lists.between_code or len(token.low) == 1 for token in between):
            return True
    return False


def _is_kept(tokens: Sequence[Token], ends: tuple[int, int], digits: str, kept: Sequence[int], lists: Lists) -> bool:
    """Whether figures that are neither a year nor an hour, or have letters with them, stand near a door or a box."""
    first, last = ends
    if not _has_sign(tokens, first, last) and (len(digits) not in _SURE_DIGITS or _is_hour_or_year(digits)):
        return False
    if first and tokens[first - 1].low in lists.no_between_code:
        return False
    return any(_is_beside(tokens, ends, place, lists) for place in kept)


def _is_beside(tokens: Sequence[Token], ends: tuple[int, int], place: int, lists: Lists) -> bool:
    """Whether a few words of the same sentence stand between a place and figures."""
    first, last = ends
    since = tokens[place + 1 : first + 1] if place < first else tokens[last + 1 : place + 1]
    between = since[:-1]
    if len(between) > _CLOSE or any(set(".!?\n") & set(token.gap) for token in since):
        return False
    return not any(token.low in lists.no_between_code for token in between)


def _has_sign(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether figures have a letter or a key of a pad with them: `C1470`, `A27`, "hash two five"."""
    joined = not any(token.gap for token in tokens[first + 1 : last + 1])
    lettered = first < last and joined and any(_is_letter(token) for token in tokens[first : last + 1])
    behind = tokens[last + 1].gap if last + 1 < len(tokens) else ""
    return lettered or "#" in tokens[first].gap or behind.startswith("#") or tokens[first].low in _SIGNS


def _is_hour_or_year(digits: str) -> bool:
    return len(digits) == len("2000") and (digits[:2] in ("19", "20") or (digits < "2400" and digits[2:] < "60"))


def _with_letters(tokens: Sequence[Token], run: Sequence[Atom]) -> tuple[int, int]:
    """The first and last token of a code: with the letters of a key safe around its figures, C1234Y, and "hash"."""
    first, last = run[0].first, run[-1].last
    if first and _is_letter(tokens[first - 1]) and not tokens[first].gap.strip():
        first -= tokens[first - 1].low not in ("a", "i") or not tokens[first].gap
    both = first < run[0].first
    if last + 1 < len(tokens) and _is_letter(tokens[last + 1]) and tokens[last + 1].gap in ("", " " if both else ""):
        last += 1
    if last + 1 < len(tokens) and not tokens[last + 1].gap and tokens[last + 1].low.isdecimal():
        last += 1  # 55Y1
    if first and tokens[first - 1].low in _SIGNS:
        first -= 1
    return first, last


def _is_letter(token: Token) -> bool:
    return len(token.low) == 1 and token.low.isalpha() and token.low not in SINGLE
