"""Which services an answer names, and what the signposts say is missing: gaps by need and place.

In a local area a figure under 5 is not shown: so few could be known by their neighbours.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from api.directory.hours.rules import Nation, Standing
from api.directory.rules import Listing, Need, Number, Option, Place

FEWEST = 5  # Shown as a figure in a local area.
FEWER = f"fewer than {FEWEST}"


@dataclass(frozen=True, slots=True)
class Asked:
    """How often one need found nothing in one place in one month (`2026-11`). Place() where it is not known."""

    month: str
    need: str
    place: Place
    times: int


@dataclass(frozen=True, slots=True)
class Missing:
    """The needs for which a place has no verified service at all."""

    place: Place
    needs: tuple[Need, ...]


def named(options: Iterable[Option], words: str) -> list[str]:
    """The codes of those services whose name or number stands in these words."""
    return [option.listing.code for option in options if _is_named(option.listing, words)]


def any_open(options: Iterable[Option], codes: Iterable[str]) -> bool | None:
    """Whether one of these services was open when it was named. None: none was named, or of some nobody knows."""
    named_ones = set(codes)
    stand = {option.standing for option in options if option.listing.code in named_ones}
    if Standing.OPEN in stand:
        return True
    return False if stand == {Standing.CLOSED} else None


def _is_named(listing: Listing, words: str) -> bool:
    name = rf"(?<!\w){re.escape(listing.name)}(?!\w)"
    return bool(re.search(name, words)) or any(_is_given(number, words) for number in listing.numbers)


def _is_given(number: Number, words: str) -> bool:
    digits = r"\s?".join(re.sub(r"\D", "", number.number))
    return bool(re.search(rf"(?<!\d)(?<!\d\s){digits}(?!\s?\d)", words))


def figure(times: int, place: Place) -> str:
    """A figure as it may be shown."""
    is_local = bool(place.district or place.authority)
    return FEWER if is_local and times < FEWEST else str(times)


def most_asked(found: Iterable[Asked]) -> list[Asked]:
    """The newest month first, and in it what was asked most; small figures of local areas in the order of the need."""
    rows = sorted(found, key=lambda one: (_shown(one) * -1, one.need, _key(one.place)))
    return sorted(rows, key=lambda one: one.month, reverse=True)


def _shown(one: Asked) -> int:
    """What the order of rows may give away: not more than the figure that is shown."""
    return 0 if figure(one.times, one.place) == FEWER else one.times


def missing(listings: Iterable[Listing], places: Iterable[Place]) -> list[Missing]:
    """For each place, each need that no verified service meets there. Places that lack nothing are left out."""
    meant = [one for one in listings if one.verified and not one.narrow]
    found = [Missing(place, _missing(meant, place)) for place in sorted(set(places), key=_key)]
    return [one for one in found if one.needs]


def _missing(listings: list[Listing], place: Place) -> tuple[Need, ...]:
    met = Counter(need for one in listings if one.area.holds(place) for need in one.needs if one.fits(need, None))
    return tuple(need for need in Need if not met[need])


def _key(place: Place) -> tuple[int, str, str]:
    """Nations in their order, each before its councils and districts; what is not known comes last."""
    order = tuple(Nation).index(place.nation) if place.nation else len(Nation)
    return order, place.authority, place.district


def places_of(listings: Iterable[Listing]) -> set[Place]:
    """Every nation, and every council and district that a service names. A place is only in one nation."""
    local = [one.area for one in listings if one.area.is_local and len(one.area.nations) == 1]
    nations = {Place(nation) for nation in Nation}
    districts = {Place(next(iter(area.nations)), district=name) for area in local for name in area.districts}
    authorities = {Place(next(iter(area.nations)), authority=name) for area in local for name in area.authorities}
    return nations | districts | authorities
