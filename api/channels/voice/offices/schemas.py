"""The part `telephone` of a file in data/teams."""

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.channels.voice.offices.rules import KEYS, ByDay, Office, check_first
from api.directory.hours.rules import BankHolidays, Hours, Nation, Period

Key = Annotated[str, StringConstraints(pattern=rf"^[{KEYS}]$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+44[1-9]\d{8,9}$")]
First = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(check_first)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursPart(_Part):
    """One stretch of hours on some days, by a UK clock."""

    days: list[Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]] = Field(min_length=1)
    begins: time = Field(alias="from")
    ends: time = Field(alias="until")


class OfficePart(_Part):
    """Where the key leads."""

    key: Key
    number: Number
    ring_seconds: int = Field(ge=5, le=60)


class FirstPart(_Part):
    """The team's own first words."""

    in_hours: First | None = None
    out_of_hours: First | None = None


class TelephoneFile(_Part):
    """All of it."""

    hours: list[HoursPart] = Field(min_length=1)
    bank_holidays: Literal["open", "closed"]
    office: OfficePart | None = None
    first: FirstPart = FirstPart()

    def by_day(self, nation: Nation) -> ByDay:
        """As rules see it."""
        periods = tuple(Period(frozenset(one.days), one.begins, one.ends) for one in self.hours)
        office = Office(**self.office.model_dump()) if self.office else None
        hours = Hours(periods, bank_holidays=BankHolidays(self.bank_holidays))
        return ByDay(hours, nation, office, self.first.in_hours or "", self.first.out_of_hours or "")
