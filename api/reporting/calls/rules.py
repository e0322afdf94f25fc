"""What is counted of calls for help. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.reporting.rules import is_in_time


@dataclass(frozen=True, slots=True)
class Call:
    """One call for help. Times are in seconds from when the danger was first recognised; None: it did not happen."""

    raised_at: datetime
    channel: str
    district: str
    language: str  # Empty: English, or not known.
    priority: str
    category: str
    paged_after: float | None
    accepted_after: float | None
    contacted_after: float | None
    ended_after: float | None
    outcome: str | None
    cannot_wait: bool
    used_up: bool
    pages_failed: int
    right_to_page: bool | None


type Taken = Callable[[Call], float | None]
type Within = Mapping[str, timedelta]  # A target for each priority.


def in_time[Key](
    calls: Iterable[Call], key: Callable[[Call], Key], taken: Taken, within: Within, now: datetime
) -> dict[Key, tuple[int, int]]:
    """For each key: in how many calls it was done in time, of how many of which this can be said by now."""
    found: dict[Key, tuple[int, int]] = {}
    for call in calls:
        met = is_in_time(taken(call), within[call.priority], now - call.raised_at, call.ended_after)
        if met is not None:
            hits, cases = found.get(key(call), (0, 0))
            found[key(call)] = (hits + met, cases + 1)
    return found


def taken_by[Key](calls: Sequence[Call], key: Callable[[Call], Key], taken: Taken) -> dict[Key, list[float]]:
    """The times of each key."""
    found: dict[Key, list[float]] = {}
    for call in calls:
        if (after := taken(call)) is not None:
            found.setdefault(key(call), []).append(after)
    return found
