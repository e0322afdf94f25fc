"""Who is in a text, and the text without them.

What is sure comes first: an e-mail address, a birthday, an NHS number. What was found holds, and nothing later may take
a part of it. A number that nobody can be sure of is hidden; a word that nobody can be sure of is left.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from api.masking.addresses import addresses
from api.masking.births import births
from api.masking.codes import codes, dictated_insurance, office_numbers
from api.masking.emails import emails
from api.masking.names import names, parts
from api.masking.naming import Reading, may_be_alone
from api.masking.numbers import numbers, written_telephones
from api.masking.postcodes import postcodes
from api.masking.words import SHOWN, Kind, Lists, Span, Token, even, tokens, without

__all__ = ["Kind", "Lists", "Span", "masked", "names_in", "spans"]


def spans(text: str, lists: Lists, known: frozenset[str] = frozenset()) -> list[Span]:
    """What is to be hidden, in order and without overlaps. `known`: small names, hidden wherever they stand."""
    text = even(text)
    words = tokens(text)
    found: list[Span] = []
    for reader in _READERS:
        more = list(_apart(reader(text, words, lists), found))
        words = without(words, more) if more else words
        found += more
    found += names(Reading(words, lists, known))
    return sorted(found)


type Reader = Callable[[str, Sequence[Token], Lists], Iterable[Span]]
_READERS: tuple[Reader, ...] = (
    lambda text, words, lists: emails(text, lists),
    lambda text, words, lists: births(text),
    lambda text, words, lists: office_numbers(text),
    lambda text, words, lists: dictated_insurance(words, lists),
    lambda text, words, lists: postcodes(words, lists),
    lambda text, words, lists: written_telephones(text, lists),
    lambda text, words, lists: numbers(words, lists),
    codes,
    lambda text, words, lists: addresses(words, lists),
)


def _apart(more: Iterable[Span], found: Sequence[Span]) -> Iterator[Span]:
    """Those that meet none that was found before, nor one another."""
    taken = list(found)
    for span in more:
        if not any(span.start < other.end and other.start < span.end for other in taken):
            taken.append(span)
            yield span


def masked(text: str, found: Sequence[Span]) -> str:
    """The text with each span's kind in its place."""
    pieces, end = [], 0
    for span in found:
        pieces += [text[end : span.start], SHOWN[span.kind]]
        end = span.end
    return "".join([*pieces, text[end:]])


def names_in(texts: Iterable[str], lists: Lists, within: str | None = None) -> frozenset[str]:
    """The small words of all names in these texts, to be hidden wherever they stand in one conversation.

    `within`: the only text in which they are to be hidden. What shares no word with it that may be one is not read.
    """
    sought = None if within is None else {token.bare for token in tokens(within) if may_be_alone(token.bare, lists)}
    found = set[str]()
    for text in texts:
        words = tokens(text)
        if sought is None or not sought.isdisjoint(token.bare for token in words):
            found.update(parts(words, spans(text, lists)))
    return frozenset(found)
