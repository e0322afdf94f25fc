"""What comes from elsewhere: services in the shape of Open Referral UK, read kindly, and data/directory_imports.yml.

Members that we have no use for are passed over. What we use must be of the right kind and not too long.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.directory.files.schemas import AreaFile, Line, Part
from api.directory.hours.rules import BankHolidays, Nation
from api.directory.rules import Confidence, Need

LONGEST, LONGEST_NAME = 5000, 300
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


def _one_line(value: Any) -> Any:
    """Text on one line, without what turns the direction of writing; nothing for text that is empty."""
    return (_BLANK.sub(" ", _TURNS.sub("", value)).strip() or None) if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    """Some feeds write null for an empty list."""
    return [] if value is None else value


Text = Annotated[Annotated[str, StringConstraints(max_length=LONGEST)] | None, BeforeValidator(_one_line)]
Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME), BeforeValidator(_one_line)]
Words = Annotated[str, StringConstraints(max_length=LONGEST), BeforeValidator(_one_line)]
type Many[T] = Annotated[list[T], BeforeValidator(_listed), Field(max_length=500)]


class _In(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class OrganizationIn(_In):
    """Whoever runs a service."""

    name: Name
    description: Text = None


class PhoneIn(_In):
    """A number, in whatever way it is written."""

    number: Name
    type: Text = None
    description: Text = None


class ContactIn(_In):
    """Somebody at a service. Only their numbers are taken, never their names."""

    phones: Many[PhoneIn] = []


class ScheduleIn(_In):
    """A stretch of hours."""

    freq: Text = None
    interval: float | None = None
    byday: Text = None
    opens_at: Text = None
    closes_at: Text = None
    valid_to: Text = None
    description: Text = None


class ServiceAreaIn(_In):
    """A place where a service works."""

    name: Text = None
    extent: Text = None
    uri: Text = None


class LanguageIn(_In):
    """A language."""

    name: Text = None


class CostOptionIn(_In):
    """What it costs."""

    option: Text = None
    amount: float | None = None
    amount_description: Text = None


class TermIn(_In):
    """A term of some taxonomy."""

    id: Text = None
    name: Text = None
    taxonomy: Text = None
    term: Text = None
    term_uri: Text = None


class AttributeIn(_In):
    """A term that a service has."""

    taxonomy_term: TermIn | None = None


class Ours(_In):
    """What only we say of a service: in our exports the member `nightlight`. A feed's is never believed."""

    code: Line
    confidence: Confidence
    unverified: list[Part]
    staff_only: bool
    narrow: bool
    notes: str | None = None
    source: str | None = None
    source_url: str | None = None
    always_open: bool
    bank_holidays: BankHolidays
    hours_words: str | None = None
    edited_at: datetime | None = None
    file: str
    file_version: int
    feed: str | None = None
    feed_id: str | None = None


class ServiceIn(_In):
    """A service with all that belongs to it."""

    id: Name
    name: Name
    description: Words
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    organization: OrganizationIn
    url: Text = None
    email: Text = None
    webchat_url: Text = None
    fees: Text = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    eligibility_description: Text = None
    interpretation_services: Text = None
    assured_date: date | None = None
    last_modified: datetime | None = None
    phones: Many[PhoneIn] = []
    contacts: Many[ContactIn] = []
    schedules: Many[ScheduleIn] = []
    service_areas: Many[ServiceAreaIn] = []
    languages: Many[LanguageIn] = []
    cost_options: Many[CostOptionIn] = []
    attributes: Many[AttributeIn] = []


class RestoredIn(ServiceIn):
    """A service of an export of our own."""

    last_modified: datetime
    nightlight: Ours


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedFile(_File):
    """What we know of one feed: where its places lie, where it works if a service does not say, what its terms mean."""

    feed: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Line
    nations: list[Nation] = []
    area: AreaFile | None = None
    terms: dict[Line, list[Need]] = {}


class ImportsFile(_File):
    """data/directory_imports.yml. `terms` hold for every feed."""

    owner: Line
    version: Annotated[int, Field(gt=0)]
    review_date: date
    status: Literal["draft for review by information staff", "approved"]
    terms: dict[Line, list[Need]] = {}
    feeds: list[FeedFile] = []
