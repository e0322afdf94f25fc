"""Which words name a public body, a place of care or an illness, and stay readable though somebody has that name."""

from collections.abc import Callable, Iterator, Sequence

from api.masking.context import Sure, sureness
from api.masking.words import Lists, Token

_BEFORE = 3  # Words of a body's name before "hospice" or the like.

type Capital = Callable[[int], bool]  # Whether the word at a place has a capital that means something.


def public_words(tokens: Sequence[Token], lists: Lists, capital: Capital) -> Iterator[int]:
    """The places of these words: rows of data/masking and data/directory, and what stands before "hospice"."""
    lows = [token.low for token in tokens]
    for place, low in enumerate(lows):
        for row in lists.public_names.get(low, ()):
            if tuple(lows[place : place + len(row)]) == row and not _is_somebody(tokens, place, len(row), lists):
                yield from range(place, place + len(row))
        bare = tokens[place].bare  # `Macmillan's`
        if bare != low and (bare,) in lists.public_names.get(bare, ()) and not _is_somebody(tokens, place, 1, lists):
            yield place
        if low in lists.bodies:
            before = list(_before(tokens, place, lists, capital))
            yield from [*before, place] if before else ()


def _is_somebody(tokens: Sequence[Token], place: int, words: int, lists: Lists) -> bool:
    """Whether a word alone that is a body's name as well ("Maggie") is said of somebody here."""
    return words == 1 and sureness(tokens, place, lists) >= Sure.KIN


def _before(tokens: Sequence[Token], place: int, lists: Lists, capital: Capital) -> Iterator[int]:
    """The words before a body's word that belong to it: with capitals, or one that could be a name."""
    weak = tokens[place].low in lists.weak_bodies
    if weak and not capital(place):
        return
    for back in range(place - 1, max(place - 1 - _BEFORE, -1), -1):
        token, single = tokens[back], back == place - 1 and not weak
        if tokens[back + 1].gap.strip() or not (token.text[0].isupper() or (single and _can_be_called(token, lists))):
            return
        if token.low in lists.titles or sureness(tokens, back, lists) >= Sure.KIN:
            return
        yield back


def _can_be_called(token: Token, lists: Lists) -> bool:
    return lists.any_given(token.bare) or token.bare in lists.family
