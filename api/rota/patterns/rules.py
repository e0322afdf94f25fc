"""Which shifts a recurring pattern makes: by weekday and UK clock, with people in turn, and bank holidays apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from api import bank_holidays
from api.rota.rules import Shift, moment

WEEK = 7  # Days.
MOST_WEEKS = 26  # Between one week of a pattern and the next.
MOST_PEOPLE = 30


class Days(StrEnum):
    """Which days a pattern is for."""

    EVERY = "every"
    ORDINARY = "ordinary"  # Not on bank holidays: another pattern has those.
    BANK_HOLIDAYS = "bank_holidays"


class Turns(StrEnum):
    """When it is the next person's turn."""

    WEEK = "week"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A recurring shift on one rung.

    Weeks are counted from `first_day`, so they begin on its weekday, and the first of `people` has the first of them.
    Every `every`th week counts. `weekdays`: 0 is Monday. A shift that does not end after it begins ends on the next
    day, and belongs to the day on which it begins, on bank holidays too. `last_day`: the last on which one begins.
    """

    rung: str
    people: tuple[UUID, ...]
    first_day: date
    last_day: date | None
    every: int
    weekdays: frozenset[int]
    starts: time
    ends: time
    days: Days
    turns: Turns

    def has(self, day: date) -> bool:
        """Whether one of its weeks, and one of its weekdays, is this day, holidays aside."""
        if day < self.first_day or (self.last_day is not None and day > self.last_day):
            return False
        return self._week(day) % self.every == 0 and day.weekday() in self.weekdays

    def _week(self, day: date) -> int:
        return (day - self.first_day).days // WEEK

    def holder(self, day: date, nation: str) -> UUID:
        """Whose turn the shift of this day is.

        Bank holidays are no reason to change the turns of ordinary days: whoever would have had the day is passed
        over. A pattern for bank holidays alone counts those.
        """
        if self.turns is Turns.WEEK and self.days is not Days.BANK_HOLIDAYS:
            turn = self._week(day) // self.every
        elif self.days is Days.BANK_HOLIDAYS:
            turn = sum(self.has(one) for one in _bank_holidays_between(self.first_day, day, nation))
        else:
            order = sorted(self.weekdays, key=lambda weekday: (weekday - self.first_day.weekday()) % WEEK)
            turn = self._week(day) // self.every * len(order) + order.index(day.weekday())
        return self.people[turn % len(self.people)]


def shifts(pattern: Pattern, first: date, last: date, nation: str) -> Iterator[Shift]:
    """The shifts that begin on these days, both ends too, in order."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if pattern.has(day) and _fits(pattern.days, day, nation):
            begins, ends = span(day, pattern.starts, pattern.ends)
            if begins < ends:  # Not where clocks jump over the whole of it.
                yield Shift(pattern.rung, pattern.holder(day, nation), begins, ends)


def span(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """From when until when the shift of a day is, in UTC. 20:00 to 08:00 is 11 hours in March, 13 in October."""
    return moment(day, starts), moment(day + timedelta(days=1) if ends <= starts else day, ends)


def _fits(wanted: Days, day: date, nation: str) -> bool:
    return wanted is Days.EVERY or bank_holidays.is_one(day, nation) is (wanted is Days.BANK_HOLIDAYS)


def _bank_holidays_between(first: date, before: date, nation: str) -> Sequence[date]:
    years = range(first.year, before.year + 1)
    return [day for year in years for day in bank_holidays.in_year(nation, year) if first <= day < before]
