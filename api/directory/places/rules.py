"""Where somebody is, read out of what they said: a nation, a postcode district, or a postcode cut to its district.

Only whole words count, and nothing is guessed: two places in one message, or a place that contradicts itself, is none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from api.directory.hours.rules import Nation
from api.directory.rules import Place

_APOSTROPHES = re.compile(r"['’‘`´]")
_WORD = re.compile(r"[a-z0-9]+")
# An outward code, and the inward code if it is said too: https://en.wikipedia.org/wiki/Postcodes_in_the_United_Kingdom
_OUTWARD, _INWARD = r"([a-z]{1,2}[0-9][a-z0-9]?)", r"[0-9][abd-hjlnp-uw-z]{2}"
_POSTCODE = re.compile(rf"(?<![a-z0-9]){_OUTWARD}(?: ?{_INWARD})?(?![a-z0-9])")

type Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What data/places knows.

    `areas`: the nations in which a postcode with these letters may lie; `districts`: the one in which a district lies,
    where its letters leave it open; `beside`: words that make a message no less wholly a place; `refusals`: messages of
    somebody who would rather not say.
    """

    areas: Mapping[str, frozenset[Nation]]
    districts: Mapping[str, Nation]
    authorities: Mapping[str, str]
    names: Mapping[Words, Nation]
    titles: Mapping[Nation, str]
    beside: frozenset[str]
    refusals: frozenset[Words]

    def nations(self, district: str) -> frozenset[Nation]:
        """The nations that a district may lie in. None: there is no such area in the UK."""
        if district in self.districts:
            return frozenset({self.districts[district]})
        return self.areas.get(re.sub(r"[0-9].*", "", district), frozenset())

    def place(self, nation: Nation | None, district: str) -> Place:
        """A place with whatever follows from it: the nation of a district, if that is certain, and its council."""
        possible = self.nations(district)
        if nation is None and len(possible) == 1:
            nation = next(iter(possible))
        return Place(nation, district, self.authorities.get(district, ""))


def words_of(said: str) -> Words:
    """The words of a message, small and without apostrophes: `We're in Fife` is were, in, fife."""
    return tuple(_WORD.findall(_APOSTROPHES.sub("", said.casefold())))


def read(said: str, gazetteer: Gazetteer) -> Place | None:
    """The one place that a message names, wherever it stands in it. None: no place, or more than one."""
    return _Found(said, gazetteer).place


def read_whole(said: str, gazetteer: Gazetteer) -> Place | None:
    """The place that a message is, and nothing else beside it: `its OL4`, `we're in Fife`, `ol 4 1 aa`."""
    found = _Found(said, gazetteer)
    left = [word for word in found.left if word not in gazetteer.beside]
    if not left:
        return found.place
    together = "".join(left)  # A postcode that was typed, or dictated, with spaces inside.
    if found.place is None and not found.contradicts and _POSTCODE.fullmatch(together):
        return _Found(together, gazetteer).place
    return None


def refuses(said: str, gazetteer: Gazetteer) -> bool:
    """Whether a whole message says that somebody would rather not say where they are."""
    return words_of(said) in gazetteer.refusals


def joined(known: Place, told: Place, gazetteer: Gazetteer) -> Place:
    """What is known once this is told: a new district replaces the old, a nation alone says where the old one lies."""
    if told.district:
        also = known.nation if not known.district and known.nation in gazetteer.nations(told.district) else None
        return gazetteer.place(told.nation or also, told.district)
    keeps = told.nation in gazetteer.nations(known.district)
    return gazetteer.place(told.nation, known.district if keeps else "")


class _Found:
    """The districts and nations that a message names, and the words that are left beside them."""

    def __init__(self, said: str, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        text = " ".join(words_of(said))
        self._districts = {match[1].upper() for match in self._postcodes(text)}
        for match in self._postcodes(text):
            text = text.replace(match[0], " ")
        self._nations: set[Nation] = set()
        self.left = tuple(self._beside_names(tuple(text.split())))

    @property
    def contradicts(self) -> bool:
        """Whether it names more than one place, or a district and a nation in which that does not lie."""
        if len(self._districts) > 1 or len(self._nations) > 1:
            return True
        return any(not self._nations <= self._gazetteer.nations(district) for district in self._districts)

    @property
    def place(self) -> Place | None:
        """The one place, if there is one."""
        if self.contradicts or not (self._districts or self._nations):
            return None
        return self._gazetteer.place(next(iter(self._nations), None), next(iter(self._districts), ""))

    def _postcodes(self, text: str) -> list[re.Match[str]]:
        return [match for match in _POSTCODE.finditer(text) if self._gazetteer.nations(match[1].upper())]

    def _beside_names(self, words: Words) -> Iterator[str]:
        """The words that are no part of a name; the nations of those that are, the longest names first."""
        longest = max(map(len, self._gazetteer.names), default=0)
        while words:
            for length in range(min(longest, len(words)), 0, -1):
                nation = self._gazetteer.names.get(words[:length])
                if nation is not None:
                    self._nations.add(nation)
                    words = words[length:]
                    break
            else:
                yield words[0]
                words = words[1:]
