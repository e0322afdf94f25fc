"""Which words are somebody's name: by the lists, by their capital, and by what is said around them.

A word that is hardly anything but a name is hidden wherever it stands. One that is an ordinary word as well ("Rose",
"Will", "Mark") is hidden by its capital inside a sentence, or where a name is expected. Drugs, places, public bodies,
days and kin stay readable.
"""

from collections.abc import Iterator, Sequence

from api.masking.capitals import alone, is_strange, pairs
from api.masking.context import Sure, sureness
from api.masking.naming import Reading
from api.masking.spelling import spelt
from api.masking.words import Kind, Span, Token

_NAME_WORDS = 4
_LONG = 4  # Letters of a word behind a sure given name that no list has either.
_SHORTEST = 3  # Letters of a family name that no list has.


def names(reading: Reading) -> Iterator[Span]:
    """Every name, each with the words that belong to it."""
    return _Reader(reading).spans()


def parts(tokens: Sequence[Token], spans: Sequence[Span]) -> Iterator[str]:
    """The small words of all names among the spans."""
    for span in spans:
        if span.kind is Kind.NAME:
            yield from (token.bare for token in tokens if span.start <= token.start < span.end and len(token.bare) > 1)


class _Reader:
    def __init__(self, reading: Reading) -> None:
        self._reading, self._tokens, self._lists = reading, reading.tokens, reading.lists
        self._sure = dict([*alone(reading), *pairs(reading), *spelt(reading.tokens, reading.lists.kept)])

    def spans(self) -> Iterator[Span]:
        """Names, each with the words that belong to it."""
        place, after_name = 0, False
        while place < len(self._tokens):
            last = self._name_at(place, after_name)
            if last is None:
                after_name = after_name and self._tokens[place].low in ("and", "&")
                place += 1
            else:
                yield Span(self._tokens[place].start, self._end(last), Kind.NAME)
                place, after_name = last + 1, True

    def _end(self, last: int) -> int:
        token = self._tokens[last]
        return token.end - 2 if token.low.endswith("'s") else token.end

    def _name_at(self, place: int, after_name: bool) -> int | None:
        """The last token of the name that begins here, if one does."""
        if place in self._sure:
            last = self._sure[place]
            return self._goes_on(last, Sure.NAMED) if len(self._tokens[place].low) > 1 else last
        if not self._reading.open[place]:
            return None
        sure = sureness(self._tokens, place, self._lists)
        if self._is_small_initial(place, sure):
            return self._goes_on(place + 1, sure)
        if self._is_initial(place) and self._reading.begins(place + 1, Sure.NO if sure < Sure.TITLED else sure):
            return self._goes_on(place + 1, Sure.NAMED)
        if not self._reading.begins(place, sure) and not (after_name and self._is_second(place)):
            return None
        return self._goes_on(place, sure)

    def _is_second(self, place: int) -> bool:
        """After "Tom and": a name that is a word as well."""
        before = self._tokens[place - 1].low if place else ""
        word = self._reading.word(place)
        return before in ("and", "&") and (word in self._lists.given_words or word in self._lists.given_common)

    def _is_initial(self, place: int) -> bool:
        token, following = self._tokens[place], place + 1
        return (
            len(token.text) == 1
            and token.text.isupper()
            and token.text != "I"
            and following < len(self._tokens)
            and self._reading.open[following]
            and self._tokens[following].gap in (" ", ". ", ".")
            and self._reading.capital(following)
        )

    def _is_small_initial(self, place: int, sure: Sure) -> bool:
        """`p o'dowd`, beside a number or a title."""
        following = place + 1
        return (
            sure in (Sure.BESIDE, Sure.TITLED)
            and len(self._tokens[place].low) == 1
            and following < len(self._tokens)
            and self._tokens[following].gap in (" ", ". ", ".")
            and self._reading.begins(following, Sure.BESIDE)
        )

    def _goes_on(self, place: int, sure: Sure) -> int:
        """The last token of a name that begins here: further given names, a family name, parts with a hyphen."""
        last = place
        while last + 1 < min(len(self._tokens), place + _NAME_WORDS) and self._reading.open[last + 1]:
            stopped = self._tokens[last + 1].gap == ". " and len(self._tokens[last].low) > 1
            if stopped or self._tokens[last].low.endswith("'s") or self._tokens[last + 1].gap not in (" ", "-", ". "):
                break
            if self._belongs(last + 1, sure):
                last += 1
            elif self._is_particle(last + 1) and self._belongs(last + 2, sure):
                last += 2
            else:
                break
        return last

    def _is_particle(self, place: int) -> bool:
        token, following = self._tokens[place], place + 1
        is_part = token.low in self._lists.particles or (
            len(token.text) == 1 and token.text.isupper() and token.text != "I"
        )
        return (
            is_part
            and following < len(self._tokens)
            and self._reading.open[following]
            and self._reading.capital(following)
        )

    def _belongs(self, place: int, sure: Sure) -> bool:
        """Whether this word goes with the name before it."""
        lists, word, hyphen = self._lists, self._reading.word(place), self._tokens[place].gap == "-"
        if word in lists.no_name or word in lists.kin or word in lists.titles:
            return False
        if word in lists.given or lists.sure_family(word):
            return True
        if self._reading.capital(place) or hyphen:
            return word in lists.family or lists.any_given(word) or not (word in lists.kept or word in lists.ordinary)
        if word in lists.given_helping or self._reading.capital(place - 1):
            return False
        verb = self._reading.verb_follows(place)
        if word in lists.family or word in lists.given_words or word in lists.given_common:
            return verb and (sure >= Sure.TITLED or word in lists.family)
        if len(word) > _LONG and self._reading.word(place - 1) in lists.given and is_strange(self._reading, place):
            return True
        strange = len(word) > _SHORTEST and not (word in lists.ordinary or word in lists.kept or word in lists.places)
        return strange and (sure is Sure.NAMED or (sure > Sure.NO and verb))
