"""Names that no list need have: two words with capitals, or one that does what only a person does."""

from collections.abc import Iterator

from api.masking.context import OWNERS
from api.masking.naming import NO_OWNER, Reading

_LETTERS = 2  # At least, of a word of a pair.
_ALONE = 4  # Letters of a word alone.


def pairs(reading: Reading) -> Iterator[tuple[int, int]]:
    """The first and second token of each pair of words with capitals, one a name and the other nothing else."""
    for place in range(len(reading.tokens) - 1):
        if reading.tokens[place + 1].gap in (" ", "-") and _is_pair(reading, place):
            yield place, place + 1


def _is_pair(reading: Reading, place: int) -> bool:
    lists, second = reading.lists, place + 1
    if not all(reading.open[at] and reading.capital(at) for at in (place, second)):
        return False
    one, two = reading.word(place), reading.word(second)
    if len(one) == _LETTERS and one in lists.family and one not in lists.no_name:  # Li, Wu, Ng.
        return two in lists.given or is_strange(reading, second)
    if lists.any_given(one) and one not in lists.kin and one not in lists.titles:
        return two in lists.given or lists.sure_family(two) or is_strange(reading, second)
    if not is_strange(reading, place):
        return False
    return (
        two in lists.given or lists.sure_family(two) or (is_strange(reading, second) and reading.verb_follows(second))
    )


def alone(reading: Reading) -> Iterator[tuple[int, int]]:
    """Words with a capital that nothing is known of, and that say, come or want."""
    for place in range(len(reading.tokens) - 1):
        if reading.open[place] and reading.capital(place) and is_strange(reading, place) and _acts(reading, place):
            yield place, place


def _acts(reading: Reading, place: int) -> bool:
    before = reading.tokens[place - 1].low if place else ""
    owned = before in NO_OWNER or before in reading.lists.placed or before in OWNERS
    return not owned and len(reading.word(place)) >= _ALONE and reading.tokens[place + 1].low in reading.lists.speakers


def is_strange(reading: Reading, place: int) -> bool:
    """Whether the lists have this word for nothing else than a name."""
    lists, word = reading.lists, reading.word(place)
    others = (lists.bodies, lists.streets, lists.no_name, lists.things, lists.farewells)
    if len(word) < _LETTERS or any(word in words for words in others):
        return False
    return not (word in lists.ordinary or word in lists.kept or word in lists.places)
