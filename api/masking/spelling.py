"""Names that are spelt out, "b r i g h t", with the word that they spell; and how names are misspelt."""

from collections.abc import Iterator, Sequence

from api.masking.words import Token

_LETTERS = 3  # At least, of a name that is spelt out.
_FAR = 5  # Words between a name and its letters.
_SHORTEST, _LONG = 4, 7  # Letters of a name two of whose letters may change places, or one of whose may be left out.


def spelt(tokens: Sequence[Token], kept: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The first and last token of letters that spell a word said beside them, and of that word; `kept` are no names."""
    first = 0
    while first < len(tokens):
        last = _end(tokens, first)
        if last - first + 1 >= _LETTERS:
            word = "".join(token.low for token in tokens[first : last + 1])
            beside = [*range(max(0, first - _FAR), first), *range(last + 1, min(len(tokens), last + 1 + _FAR))]
            said = [place for place in beside if tokens[place].bare.replace("'", "").replace("-", "") == word]
            if said and word not in kept:
                yield first, last
                yield from ((place, place) for place in said)
        first = last + 1


def _end(tokens: Sequence[Token], first: int) -> int:
    """The last of the single letters that begin here; the token itself, if it is none."""
    last = first
    while last + 1 < len(tokens) and all(len(one.low) == 1 and one.low.isalpha() for one in tokens[last : last + 2]):
        last += 1
    return last


def misspellings(name: str) -> Iterator[str]:
    """A name as it is often mistyped: two letters inside changed over, one of a long name left out."""
    if len(name) >= _SHORTEST:
        for place in range(1, len(name) - 1):
            yield name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    if len(name) >= _LONG:
        yield from (name[:place] + name[place + 1 :] for place in range(1, len(name) - 1))
