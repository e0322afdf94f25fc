"""The directory in the terms of Open Referral UK (HSDS 3.0): organisations, services, and what belongs to them.

Table and column names are the standard's own where it has one. What it has no name for (confidence, unverified,
staff_only, the districts of an area) is ours.
"""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.directory.hours.rules import BankHolidays
from api.directory.rules import Confidence

TAXONOMY = "Nightlight needs"
TAXONOMY_ID = UUID("a280e0ad-88d9-52dc-b122-c0aee134110d")
_BANK_HOLIDAYS = {
    BankHolidays.OPEN: "Open on bank holidays.",
    BankHolidays.CLOSED: "Closed on bank holidays.",
    BankHolidays.UNKNOWN: "Hours on bank holidays are not known.",
}


class Organization(Identified, Base):
    """Whoever runs services."""

    __tablename__ = "directory_organizations"

    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str]


class Edition(Identified, Base):
    """The one row that says which state of the directory is in force: a new id whenever a load has changed anything."""

    __tablename__ = "directory_editions"

    loaded_at: Mapped[datetime]


class TaxonomyTerm(Identified, Base):
    """A need that services can meet, from our own list."""

    __tablename__ = "directory_taxonomy_terms"

    term: Mapped[str] = mapped_column(unique=True)  # A code of rules.Need.
    name: Mapped[str]
    description: Mapped[str]

    @property
    def taxonomy(self) -> str:
        """The list that it is from."""
        return TAXONOMY

    @property
    def taxonomy_id(self) -> UUID:
        """The id of that list."""
        return TAXONOMY_ID


class _Part(Identified):
    """What belongs to a service, in the order of its record."""

    service_id: Mapped[UUID] = mapped_column(ForeignKey("directory_services.id"), index=True)
    position: Mapped[int]


class Phone(_Part, Base):
    """A number: `number` as one dials it, `e164` for machines (short numbers such as 111 have none)."""

    __tablename__ = "directory_phones"

    number: Mapped[str]
    e164: Mapped[str | None]
    type: Mapped[str]  # voice, text, textphone, or relay.
    description: Mapped[str | None]
    say: Mapped[str | None]  # The word that is texted to a number of type `text`.


class Schedule(_Part, Base):
    """One stretch of hours, or for a service whose hours are only known in words, those words."""

    __tablename__ = "directory_schedules"

    freq: Mapped[str | None]
    byday: Mapped[str | None]  # As in iCalendar: MO,TU.
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    description: Mapped[str | None]
    notes: Mapped[str | None]


class ServiceArea(_Part, Base):
    """A place where a service works. `kind` is nation, authority or district."""

    __tablename__ = "directory_service_areas"

    kind: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)

    @property
    def extent(self) -> str:
        """The place as text, which is all that the standard has for a list of postcode districts."""
        return f"{self.kind}: {self.name}"

    @property
    def extent_type(self) -> str:
        """How `extent` is written."""
        return "text"


class CostOption(_Part, Base):
    """What it costs, in words."""

    __tablename__ = "directory_cost_options"

    amount_description: Mapped[str]


class Language(_Part, Base):
    """A language that is spoken there."""

    __tablename__ = "directory_languages"

    name: Mapped[str]


class Attribute(_Part, Base):
    """A need that the service meets."""

    __tablename__ = "directory_attributes"

    taxonomy_term_id: Mapped[UUID] = mapped_column(ForeignKey("directory_taxonomy_terms.id"), index=True)

    taxonomy_term: Mapped[TaxonomyTerm] = relationship(lazy="joined", innerjoin=True)

    @property
    def link_id(self) -> UUID:
        """What it is an attribute of."""
        return self.service_id

    @property
    def link_type(self) -> str:
        """What kind of thing that is."""
        return "service"


class Service(Identified, Base):
    """One service. `digest` is that of its record in data/directory: the same digest, nothing to load."""

    __tablename__ = "directory_services"

    code: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("directory_organizations.id"), index=True)
    name: Mapped[str]
    description: Mapped[str]
    url: Mapped[str | None]
    email: Mapped[str | None]
    webchat_url: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="active")
    eligibility_description: Mapped[str | None]
    narrow: Mapped[bool] = mapped_column(default=False)  # For a group that no need names, such as one illness.
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    interpretation_services: Mapped[str | None]
    assured_date: Mapped[date | None]
    last_modified: Mapped[datetime]
    hours_words: Mapped[str | None]  # What cannot be put into schedules.
    always_open: Mapped[bool] = mapped_column(default=False)
    bank_holidays: Mapped[str] = mapped_column(default=BankHolidays.UNKNOWN)
    source_url: Mapped[str | None]
    source: Mapped[str | None]
    confidence: Mapped[str]
    unverified: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    staff_only: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str | None]  # For staff.
    file: Mapped[str]  # Empty for a record that was added at the desk and stands in no file.
    file_version: Mapped[int]
    digest: Mapped[str]
    edited_at: Mapped[datetime | None]  # At the desk, for the last time: from then on no file writes over it.
    feed: Mapped[str | None] = mapped_column(index=True)  # Where it was imported from; None: it is our own.
    feed_id: Mapped[str | None]  # Its id there.

    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    phones: Mapped[list[Phone]] = relationship(lazy="raise", order_by=Phone.position)
    schedules: Mapped[list[Schedule]] = relationship(lazy="raise", order_by=Schedule.position)
    service_areas: Mapped[list[ServiceArea]] = relationship(lazy="raise", order_by=ServiceArea.position)
    cost_options: Mapped[list[CostOption]] = relationship(lazy="raise", order_by=CostOption.position)
    languages: Mapped[list[Language]] = relationship(lazy="raise", order_by=Language.position)
    attributes: Mapped[list[Attribute]] = relationship(lazy="raise", order_by=Attribute.position)

    @property
    def alert(self) -> str | None:
        """What whoever reads this record must know first."""
        if self.feed and self.confidence == Confidence.LOW:
            return "Imported, and not verified by our own staff."
        if not self.unverified:
            return None
        return f"Not verified: {', '.join(name.replace('_', ' ') for name in self.unverified)}."


def bank_holidays_in_words(bank_holidays: BankHolidays) -> str:
    """What a schedule says of bank holidays: the standard has no field for them."""
    return _BANK_HOLIDAYS[bank_holidays]
