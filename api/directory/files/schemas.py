"""The form of the files in data/directory. They come from people, as requests do, and are checked as strictly."""

from datetime import date, time
from typing import Annotated, Literal, Self

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from api.directory.hours.rules import BankHolidays, Nation
from api.directory.rules import Confidence, Need

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n\x00]+$")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
District = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]?$")]
Day = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
Part = Literal["area", "phones", "sms", "relay", "webchat", "url", "email", "hours", "cost", "eligibility", "languages"]
RELAY = ("18001", "18000")  # Text relay: before a number, and in its place for 999.


def e164(number: str) -> str | None:
    """A number for machines; None for a short one, such as 111 or 85258."""
    parsed = phonenumbers.parse(number, "GB")
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _can_be_dialled(number: str) -> str:
    """The number, if it can be dialled in the UK."""
    prefix, _, rest = number.partition(" ")
    dialled = rest if prefix in RELAY and rest else number
    try:
        parsed = phonenumbers.parse(dialled, "GB")
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"{number} is no number") from error
    if not phonenumbers.is_valid_number(parsed) and not phonenumbers.is_valid_short_number_for_region(parsed, "GB"):
        raise ValueError(f"{number} cannot be dialled in the UK")
    return number


def _clock_time(value: object) -> time:
    """A time such as `09:00`. Without its quotes YAML makes a number of it, which would be another time."""
    if not isinstance(value, str):
        raise ValueError("write times in quotes: '09:00'")
    return time.fromisoformat(value)


Dialled = Annotated[str, StringConstraints(pattern=r"^[0-9 ]+$"), AfterValidator(_can_be_dialled)]
Clock = Annotated[time, BeforeValidator(_clock_time)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PhoneFile(_File):
    """A number as one dials it."""

    number: Dialled
    type: Literal["voice", "textphone", "relay"]
    description: Line | None = None


class SmsFile(_File):
    """A number to text, and the word to begin with, if any."""

    number: Dialled
    say: Line | None = None


class PeriodFile(_File):
    """One stretch of hours on some days. It ends on the next day if it does not end after it opens."""

    byday: list[Day] = Field(min_length=1)
    opens_at: Clock
    closes_at: Clock


class HoursFile(_File):
    """When it can be reached, by the clocks of the UK. Only in words: nobody can reckon with it."""

    always: bool = False
    periods: list[PeriodFile] = []
    bank_holidays: BankHolidays = BankHolidays.UNKNOWN
    words: Line | None = None

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        if self.always and self.periods:
            raise ValueError("hours: what is always open has no periods")
        if self.always and self.bank_holidays is not BankHolidays.OPEN:
            raise ValueError("hours: what is always open is open on bank holidays")
        if not self.always and not self.periods and not self.words:
            raise ValueError("hours: say always, periods or words, or leave hours out")
        return self


class AreaFile(_File):
    """Where it works: whole nations, or only the councils and districts named."""

    nations: list[Nation] = Field(min_length=1)
    districts: list[District] = []
    authorities: list[Line] = []


class EligibilityFile(_File):
    """Whom it is for. Ages are those of whoever uses it; `narrow`: a group that no need names, such as one illness."""

    text: Line
    narrow: bool = False
    minimum_age: Annotated[int, Field(ge=0, le=120)] | None = None
    maximum_age: Annotated[int, Field(ge=0, le=120)] | None = None


class ServiceFile(_File):
    """One service. `unverified` names the fields that no source bears out; `notes` are for staff."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    organisation: Line
    name: Line
    description: Line
    needs: list[Need]
    area: AreaFile
    phones: list[PhoneFile] = []
    sms: SmsFile | None = None
    webchat: Address | None = None
    url: Address | None = None
    email: Email | None = None
    hours: HoursFile | None = None
    cost: Line
    eligibility: EligibilityFile
    languages: list[Line] = []
    access: Line | None = None
    assured_date: date | None = None
    source_url: Address | None = None
    source: Line | None = None
    confidence: Confidence
    unverified: list[Part] = []
    staff_only: bool = False
    notes: Line | None = None

    @model_validator(mode="after")
    def _says_where_it_is_from(self) -> Self:
        if not self.source_url and not self.source:
            raise ValueError(f"{self.id}: give source_url or source")
        if (self.assured_date is None) != (self.confidence is Confidence.LOW):
            raise ValueError(f"{self.id}: assured_date belongs to every record whose confidence is not low")
        return self


class DirectoryFile(_File):
    """data/directory/<topic>.yml."""

    owner: Line
    version: Annotated[int, Field(gt=0)]
    review_date: date
    status: Literal["draft for review by information staff", "approved"]
    title: Line
    sources: list[Line] = Field(min_length=1)
    services: list[ServiceFile] = Field(min_length=1)
