"""When a service can be reached: hours by the clocks of the UK, the bank holidays of its nations, the next opening.

Nothing is called open that is not known to be open. What is not known is UNKNOWN, never OPEN.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from api import bank_holidays

UK = ZoneInfo("Europe/London")
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAYS_AHEAD = 14  # Longer than any run of bank holidays and weekends.


class Nation(StrEnum):
    """The nations of the UK. Each has bank holidays, and many services, of its own."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"


class Standing(StrEnum):
    """Whether a service can be reached at a moment, as far as we know."""

    OPEN = "open"
    UNKNOWN = "unknown"
    CLOSED = "closed"


class BankHolidays(StrEnum):
    """What a service does on bank holidays."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


_SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.WALES: "WLS",
    Nation.NORTHERN_IRELAND: "NIR",
}
_STANDING_ON = {
    BankHolidays.OPEN: Standing.OPEN,
    BankHolidays.CLOSED: Standing.CLOSED,
    BankHolidays.UNKNOWN: Standing.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Period:
    """One stretch of hours on some days of the week. It ends on the next day if it does not end after it opens."""

    byday: frozenset[str]
    opens_at: time
    closes_at: time

    def begins(self, day: date) -> datetime:
        """When it opens on this day, in UTC. In the hour that comes twice: the second time."""
        return max(_moments(day, self.opens_at))

    def ends(self, day: date) -> datetime:
        """When what opened on this day closes, in UTC. In the hour that comes twice: the first time."""
        over_night = self.closes_at <= self.opens_at
        return min(_moments(day + timedelta(days=1) if over_night else day, self.closes_at))

    def holds(self, day: date, at: datetime) -> bool:
        """Whether the moment lies in what opened on this day."""
        return WEEK[day.weekday()] in self.byday and self.begins(day) <= at < self.ends(day)


ALL_WEEK = Period(frozenset(WEEK), time(), time())


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of a service. `words` says what cannot be put into periods; `verified`: a source has them."""

    periods: tuple[Period, ...] = ()
    always: bool = False
    bank_holidays: BankHolidays = BankHolidays.UNKNOWN
    words: str = ""
    verified: bool = True

    @property
    def known(self) -> bool:
        """Whether they can be reckoned with at all."""
        return self.always or bool(self.periods)

    @property
    def all_periods(self) -> tuple[Period, ...]:
        """The periods, those of a service that never closes too."""
        return (ALL_WEEK,) if self.always else self.periods


def standing(hours: Hours, at: datetime, nations: frozenset[Nation]) -> Standing:
    """Whether a service of these nations can be reached at that moment."""
    if not hours.known:
        return Standing.UNKNOWN
    today = at.astimezone(UK).date()
    days = [
        day
        for period in hours.all_periods
        for day in (today - timedelta(days=1), today)  # Yesterday's may go on past midnight.
        if period.holds(day, at)
    ]
    found = {_on(hours, day, nations) for day in days}
    if Standing.OPEN in found and hours.verified:
        return Standing.OPEN
    return Standing.UNKNOWN if found - {Standing.CLOSED} else Standing.CLOSED


def next_opening(hours: Hours, at: datetime, nations: frozenset[Nation]) -> datetime | None:
    """When it opens next, in UTC. None: it is open, or nobody can say."""
    if not hours.known or not hours.verified or standing(hours, at, nations) is Standing.OPEN:
        return None
    today = at.astimezone(UK).date()
    for day in (today + timedelta(days=number) for number in range(DAYS_AHEAD + 1)):
        if _on(hours, day, nations) is Standing.OPEN and (later := [one for one in _begins(hours, day) if one > at]):
            return min(later)
    return None


def opens_in_words(opening: datetime, now: datetime) -> str:
    """An opening as one says it: `opens today at 5pm`, `opens Monday at 9am`, `opens Monday 4 January at 9:30am`."""
    local = opening.astimezone(UK)
    days = (local.date() - now.astimezone(UK).date()).days
    if days < 2:
        day = "today" if days == 0 else "tomorrow"
    else:
        day = f"{local:%A}" if days < 7 else f"{local:%A} {local.day} {local:%B}"
    return f"opens {day} at {_clock(local)}"


def nation_with_code(code: str) -> Nation:
    """The nation with this code of ISO 3166-2:GB: ENG, SCT, WLS or NIR. Raises ValueError."""
    for nation, known in _SUBDIVISIONS.items():
        if known == code:
            return nation
    raise ValueError(f"{code} is no nation of the UK")


def is_bank_holiday(day: date, nation: Nation) -> bool:
    """Whether this day is a bank holiday there."""
    return bank_holidays.is_one(day, _SUBDIVISIONS[nation])


def _begins(hours: Hours, day: date) -> Iterator[datetime]:
    return (period.begins(day) for period in hours.all_periods if WEEK[day.weekday()] in period.byday)


def _on(hours: Hours, day: date, nations: frozenset[Nation]) -> Standing:
    """Whether it keeps its usual hours on this day. A holiday of some of its nations only: nobody can say."""
    resting = {nation for nation in nations if is_bank_holiday(day, nation)}
    if not resting or hours.bank_holidays is BankHolidays.OPEN:
        return Standing.OPEN
    return _STANDING_ON[hours.bank_holidays] if resting == nations else Standing.UNKNOWN


def _moments(day: date, at: time) -> tuple[datetime, datetime]:
    """The two moments at which a clock in the UK shows this time: the same but for an hour in spring and autumn."""
    local = datetime.combine(day, at, tzinfo=UK)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _clock(local: datetime) -> str:
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
