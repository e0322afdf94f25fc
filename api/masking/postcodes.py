"""Postcodes however they are spaced, spelt out or dictated ("o l four two q r").

By their true grammar and the areas that there are: https://en.wikipedia.org/wiki/Postcodes_in_the_United_Kingdom and
the list of formats at https://studylib.net/doc/18359331/postcode-format (read 26 November 2026). The outward half alone
stays readable: the record keeps it anyway.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from api.masking.figures import MANY, SINGLE
from api.masking.words import Kind, Lists, Span, Token

# `@` stands for an "oh", which is said for the letter and for the nought.
_POSTCODE = re.compile(
    r"([A-PR-UWYZ@][A-HK-Y@]?)(?:[1-9][0-9@]|[0-9@][1-9]|[1-9][A-HJKMNPR-WXY]|[0-9@])([0-9@][ABD-HJLNP-UW-Z]{2})"
)
_DIGIT = re.compile("[0-9]")
_LETTERS, _DIGITS = 2, 3  # At most, of one piece.
_LIKE = frozenset({"for", "like", "in", "double"})
_LONGEST = 8  # Pieces of a postcode, each said by itself.
_JOINS = re.compile(r"[\s,.\-]{0,3}")


def postcodes(tokens: Sequence[Token], lists: Lists) -> Iterator[Span]:
    """Every whole postcode, however it is spaced or spelt out."""
    tokens, place = _with_words_for_letters(tokens), 0
    while place < len(tokens):
        last = _postcode_at(tokens, place, lists)
        if last is not None:
            yield Span(tokens[place].start, tokens[last].end, Kind.POSTCODE)
        place = place + 1 if last is None else last + 1


def _with_words_for_letters(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with "s for sugar" and "s as in sugar" as one, a letter, and "double a" as two letters."""
    if not any(token.low in _LIKE for token in tokens):
        return tokens
    left: list[Token] = []
    for token in tokens:
        back = _letter_before(left, token)
        first = left[-back] if back else token
        if back == 1:
            first = Token(token.text * 2, token.low * 2, first.start, token.end, first.gap)
        left[len(left) - back :] = [first._replace(end=token.end)]
    return left


def _letter_before(left: Sequence[Token], token: Token) -> int:
    """How many tokens before this one are the same letter said: 2 for "s for", 3 for "s as in", 1 for "double"."""
    said = [one.low for one in left[-3:]]
    if len(token.low) == 1:
        return 1 if token.low.isalpha() and said[-1:] == ["double"] else 0
    back = 3 if said[1:] == ["as", "in"] else 2 if said[-1:] and said[-1] in _LIKE else 0
    return back if back and len(left) >= back and _is_letter_of(left[-back].low, token.low) else 0


def _is_letter_of(said: str, word: str) -> bool:
    """Whether "s" or "eh" is said with a word, or a town, that begins so."""
    return len(said) <= _LETTERS and said[:1] == word[:1]


def _postcode_at(tokens: Sequence[Token], first: int, lists: Lists) -> int | None:
    """The last token of the postcode that begins here."""
    if (
        not (piece := _piece(tokens[first], lists))
        or not (piece[0].isalpha() or piece == "@")
        or _sticks(tokens, first)
    ):
        return None
    said, best = piece, None
    for place in range(first + 1, min(first + _LONGEST, len(tokens))):
        if not (piece := _piece(tokens[place], lists)) or not _JOINS.fullmatch(tokens[place].gap):
            break
        said += piece
        match = _POSTCODE.fullmatch(said) if _DIGIT.search(said) else None
        if match and match[1].replace("@", "O") in lists.areas and not _sticks(tokens, place + 1):
            after = tokens[place + 1] if place + 1 < len(tokens) else None
            best = None if _is_other(tokens[first : place + 1], after, lists) else place
    return best


def _sticks(tokens: Sequence[Token], place: int) -> bool:
    """Whether this token goes on where the one before ends, so that the piece is a part of something longer."""
    return 0 < place < len(tokens) and not tokens[place].gap


def _piece(token: Token, lists: Lists) -> str:
    """What a word adds to a postcode; an empty text, if it can be no part of one."""
    low = token.low
    if low in ("o", "oh"):
        return "@"
    if low.isdecimal():
        return low if len(low) <= _DIGITS else ""
    if low in lists.letters:
        return lists.letters[low].upper()
    if low in lists.spelt:
        return low[0].upper()
    return SINGLE.get(low) or MANY.get(low) or (low.upper() if len(low) <= _LETTERS and low.isascii() else "")


def _is_other(tokens: Sequence[Token], after: Token | None, lists: Lists) -> bool:
    """Whether it only looks like a postcode: "so 4 2 be", whose letters are words, or "HR 88, RR 24", two readings."""
    apart = [len(one.low) for one, two in pairwise(tokens) if one.low.isdecimal() and one.gap and two.gap]
    goes_on = (after is not None and after.low.isdecimal()) or any("," in token.gap for token in tokens[1:])
    if max(apart, default=0) > _LETTERS or (max(apart, default=0) == _LETTERS and goes_on):
        return True
    first, last = tokens[0], tokens[-1]
    if first.text.isupper() and last.text.isupper() and len(last.text) == _LETTERS:
        return False
    words = {first.low, last.low} if len(first.low) == len(last.low) == _LETTERS else set()
    return bool(tokens[1].gap) and bool(words) and words <= lists.ordinary
