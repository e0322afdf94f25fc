"""What is counted of contacts. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Came:
    """How many contacts began on which day, in which hour, and how they came: channel, and whether they came back."""

    by_day: Mapping[date, int]
    by_hour: Mapping[int, int]
    by_way: Mapping[tuple[str, bool], int]


@dataclass(frozen=True, slots=True)
class Service:
    """How contacts of one channel, district and language were served, in numbers of contacts and at last of texts."""

    channel: str
    district: str
    language: str  # Empty: English, or not known.
    number: int
    in_time: int
    missed: int
    called: int
    handed: int
    undelivered: int
    safety_undelivered: int


def tallied[Key: Hashable](pairs: Iterable[tuple[Key, int]], keys: Sequence[Key] = ()) -> dict[Key, int]:
    """How many of each. `keys`: those that are there in any case, in this order."""
    found: Counter[Key] = Counter(dict.fromkeys(keys, 0))
    for key, number in pairs:
        found[key] += number
    return dict(found)


def shares[Key: Hashable](triples: Iterable[tuple[Key, int, int]]) -> Mapping[Key, tuple[int, int]]:
    """Hits and cases of each key."""
    found: dict[Key, tuple[int, int]] = {}
    for key, hits, cases in triples:
        had = found.get(key, (0, 0))
        found[key] = (had[0] + hits, had[1] + cases)
    return found
