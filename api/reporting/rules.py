"""Periods, times and shares: what the figures are made of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
_DAY = timedelta(days=1)
_WEEK, _MONTHS = 7, 12
_QUARTER = 3  # Months.
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)  # What has neighbours that can be written down.


class Span(StrEnum):
    """How long a period is."""

    WEEK = "week"  # From Monday.
    MONTH = "month"
    QUARTER = "quarter"  # From January, April, July or October.


@dataclass(frozen=True, slots=True)
class Limits:
    """What data/reporting.yml settles. `answer_within` is in seconds, by channel."""

    fewest: int
    new_contact_after: timedelta
    answer_within: dict[str, float]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days on a UK clock, from `first` until before `end`."""

    span: Span
    first: date
    end: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - _DAY

    @property
    def days(self) -> list[date]:
        """Each of its days."""
        return [self.first + number * _DAY for number in range((self.end - self.first).days)]

    @property
    def before(self) -> "Period":
        """The period of the same kind before this one."""
        return period(self.span, self.first - _DAY)

    @property
    def after(self) -> "Period":
        """The period of the same kind after this one."""
        return period(self.span, self.end)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """When it begins and when it is over: an hour more or less apart where the clocks change in it."""
        return datetime.combine(self.first, time(), UK), datetime.combine(self.end, time(), UK)


def period(span: Span, day: date) -> Period:
    """The week, month or quarter in which this day lies. Raises ValueError for a day that no line has seen or will."""
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{day} is no day of this line")
    if span is Span.WEEK:
        first = day - day.weekday() * _DAY
        return Period(span, first, first + _WEEK * _DAY)
    months = _QUARTER if span is Span.QUARTER else 1
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(span, first, _months_on(first, months))


def _months_on(first: date, months: int) -> date:
    number = first.month - 1 + months
    return date(first.year + number // _MONTHS, number % _MONTHS + 1, 1)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that this share of them does not exceed: the nearest rank, as PostgreSQL's percentile_disc has it."""
    ordered = sorted(values)
    if not ordered:
        return None
    rank = -(-len(ordered) * round(share * 100) // 100)  # Rounded up, without the errors of fractions.
    return ordered[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds, over `n` cases. `half` and `most`: half, and nine in ten, were quicker."""

    n: int
    half: float | None
    most: float | None


def times(values: Sequence[float], fewest: int) -> Times:
    """The median and the 90th percentile; over fewer than `fewest` cases neither is told."""
    if len(values) < fewest:
        return Times(len(values), None, None)
    return Times(len(values), percentile(values, 0.5), percentile(values, 0.9))


def is_in_time(after: float | None, within: timedelta, elapsed: timedelta, ended: float | None) -> bool | None:
    """Whether something was done in time. None: it does not count, as there is still time, or it was called off in it.

    `after` and `ended`: seconds until it was done, and until all was over. `elapsed`: how long ago it began.
    """
    if after is not None:
        return after <= within.total_seconds()
    if ended is not None and ended <= within.total_seconds():
        return None
    return False if elapsed > within else None
