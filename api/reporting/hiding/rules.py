"""Hiding small numbers in a table whose total is shown, so that no hidden one can be worked out. Pure.

Primary: a count from 1 to `fewest` - 1 is hidden, and the reader is told that it is so small. Secondary: where the
total and what is shown would leave only one value for a hidden count, the smallest count that is still shown is hidden
too, of which the reader is told nothing; and so on until each hidden one could be at least two values. Where that
cannot be reached the parts are not shown at all. Zeros are shown. Which of two equal numbers is hidden does not
depend on their order: the same numbers may stand on a page, in a file and on paper, and must be hidden alike in each.
After the guidance named in data/reporting.yml.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.review.rules import share


class Hidden(StrEnum):
    """Why a number is not shown."""

    FEW = "few"  # From 1 to `fewest` - 1.
    WITHHELD = "withheld"  # It would give a small one away.


type Cell = int | Hidden
type Bounds = tuple[int, int]  # What a reader knows of a hidden number: at least, at most.


@dataclass(frozen=True, slots=True)
class Parts[Key]:
    """The parts of a whole. `shown` None: so few that they cannot be shown in parts."""

    total: Cell
    shown: Mapping[Key, Cell] | None


def cell(number: int, fewest: int) -> Cell:
    """One number by itself."""
    return Hidden.FEW if 0 < number < fewest else number


def each[Key](counts: Mapping[Key, int], fewest: int) -> dict[Key, Cell]:
    """Numbers that do not add up to a total that is shown, because one case may count in several of them."""
    return {key: cell(number, fewest) for key, number in counts.items()}


def parts[Key](counts: Mapping[Key, int], fewest: int) -> Parts[Key]:
    """Numbers that add up to a total, which is shown."""
    total = sum(counts.values())
    whole = cell(total, fewest)
    if isinstance(whole, Hidden):
        return Parts(whole, None)
    found: dict[Key, Cell] = each(counts, fewest)
    while _can_be_worked_out(counts, found, fewest):
        still = [key for key, shown in found.items() if isinstance(shown, int) and shown > 0]
        if not still:
            return Parts(whole, None)
        found[min(still, key=lambda key: (counts[key], str(key)))] = Hidden.WITHHELD
    return Parts(whole, found)


def gathered[Key, Group](found: Parts[Key], of: Callable[[Key], Group], groups: Sequence[Group]) -> Parts[Group]:
    """The same parts in larger ones, which tell no more than those: whatever has a hidden part in it is withheld."""
    if found.shown is None:
        return Parts(found.total, None)
    larger: dict[Group, Cell] = dict.fromkeys(groups, 0)
    for key, one in found.shown.items():
        had = larger[of(key)]
        larger[of(key)] = Hidden.WITHHELD if isinstance(one, Hidden) or isinstance(had, Hidden) else had + one
    return Parts(found.total, larger)


def is_mostly_hidden(found: Parts[Any]) -> bool:
    """Whether more is hidden than shown."""
    shown = (found.shown or {}).values()
    return 2 * sum(isinstance(one, Hidden) for one in shown) >= len(shown)


def _can_be_worked_out(counts: Mapping[Any, int], found: Mapping[Any, Cell], fewest: int) -> bool:
    hidden = [key for key, shown in found.items() if isinstance(shown, Hidden)]
    left = sum(counts[key] for key in hidden)
    bounds = [(1, fewest - 1) if found[key] is Hidden.FEW else (fewest, left) for key in hidden]
    small = [place for place, key in enumerate(hidden) if found[key] is Hidden.FEW]
    return gives_away(bounds, left, small)


def gives_away(bounds: Sequence[Bounds], total: int, small: Sequence[int]) -> bool:
    """Whether one of the numbers at the places `small` can be only one value, given what is known of all of them."""
    least, most = sum(low for low, _ in bounds), sum(high for _, high in bounds)
    return any(
        min(bounds[place][1], total - (least - bounds[place][0]))
        <= max(bounds[place][0], total - (most - bounds[place][1]))
        for place in small
    )


class How(StrEnum):
    """How exactly a share is told."""

    EXACT = "exact"
    AT_LEAST = "at_least"  # Fewer than `fewest` were not.
    AT_MOST = "at_most"  # Fewer than `fewest` were.
    NONE = "none"  # There is no case, or too few, or it would give others away.


@dataclass(frozen=True, slots=True)
class Portion:
    """A share from 0 to 1 of `n` cases. `low` and `high`: its 95% interval (Wilson), for an exact one only."""

    n: Cell
    how: How
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Portions[Key]:
    """Shares of the parts of a whole, and of the whole. `parts` None: so few that they cannot be shown in parts."""

    whole: Portion
    parts: Mapping[Key, Portion] | None


def portion(hits: int, n: int, fewest: int) -> Portion:
    """One share by itself. Where few were, or few were not, only its bound is told.

    Of so few cases that one of the two must be few, a bound would tell which, and with it how many.
    """
    if n < fewest or (n < 2 * fewest and 0 < hits < n):
        return Portion(cell(n, fewest), How.NONE)
    if 0 < n - hits < fewest:
        return Portion(n, How.AT_LEAST, (n - fewest + 1) / n)
    if 0 < hits < fewest:
        return Portion(n, How.AT_MOST, (fewest - 1) / n)
    found = share(hits, n)
    return Portion(n, How.EXACT, found["share"], found["from"], found["to"])


def portions[Key](counted: Mapping[Key, tuple[int, int]], fewest: int) -> Portions[Key]:
    """Shares, hits of n, of parts that make up a whole whose own share is shown."""
    hits, cases = (sum(pair[place] for pair in counted.values()) for place in (0, 1))
    whole = portion(hits, cases, fewest)
    shown = parts({key: n for key, (_, n) in counted.items()}, fewest).shown
    if shown is None:
        return Portions(whole, None)
    found = {key: _of_part(counted[key], number, fewest) for key, number in shown.items()}
    if whole.how is not How.EXACT and _each_is_one(found.values(), fewest):
        return Portions(whole, None)
    while whole.how is How.EXACT and _shares_give_away(counted, found, fewest):
        still = [key for key, one in found.items() if one.how is How.EXACT]
        if not still:
            return Portions(whole, None)
        closed = min(still, key=lambda key: (_is_all_or_none(counted[key]), counted[key][1], str(key)))
        found[closed] = Portion(found[closed].n, How.NONE)
    return Portions(whole, found)


def _of_part(pair: tuple[int, int], n: Cell, fewest: int) -> Portion:
    return Portion(n, How.NONE) if isinstance(n, Hidden) else portion(*pair, fewest)


def _each_is_one(found: Iterable[Portion], fewest: int) -> bool:
    """Whether so many parts have some that each can have one only, as all of them have at most `fewest` - 1."""
    return sum(one.how is not How.EXACT and isinstance(one.n, int) and one.n > 0 for one in found) >= fewest - 1


def _is_all_or_none(pair: tuple[int, int]) -> bool:
    return pair[0] in (0, pair[1])


def _shares_give_away(counted: Mapping[Any, tuple[int, int]], found: Mapping[Any, Portion], fewest: int) -> bool:
    """Whether from the whole one can work out how many were, or were not, in a part where these are few.

    Of the parts whose own number is hidden a reader knows how many cases they have together.
    """
    closed = [key for key, one in found.items() if one.how is not How.EXACT and not isinstance(one.n, Hidden)]
    unknown = [counted[key] for key, one in found.items() if isinstance(one.n, Hidden)]
    cases = sum(n for _, n in unknown)
    for were in (True, False):
        numbers = [_count(counted[key], were) for key in closed]
        left = sum(numbers) + sum(_count(pair, were) for pair in unknown)
        bounds = [*(_bounds(found[key], counted[key][1], were, fewest) for key in closed), (0, cases)]
        if gives_away(bounds, left, [place for place, number in enumerate(numbers) if 0 < number < fewest]):
            return True
    return False


def _count(pair: tuple[int, int], were: bool) -> int:
    return pair[0] if were else pair[1] - pair[0]


def _bounds(one: Portion, n: int, were: bool, fewest: int) -> Bounds:
    few = fewest - 1
    if one.how is How.NONE:
        return 0, n
    return (1, few) if (one.how is How.AT_MOST) is were else (n - few, n - 1)
