"""What crosses HTTP about the directory, in the shape of Open Referral UK (HSDS 3.0, UK profile).

Optional fields that are empty are left out, as the standard's JSON Schema wants. `phones`, `webchat_url`, `eligibility`
and the names of languages are fields that HSDS has, or that we add; a reader of the UK profile may pass over them.
"""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OrganizationOut(_Out):
    """Whoever runs a service."""

    id: UUID
    name: str
    description: str


class PhoneOut(_Out):
    """A number as one dials it. `type` is voice, text, textphone, or relay (text relay: 18001 first)."""

    id: UUID
    service_id: UUID
    number: str
    type: Literal["voice", "text", "textphone", "relay"]
    description: str | None = None


class ScheduleOut(_Out):
    """One stretch of hours, by the clocks of the UK. It ends on the next day if it does not end after it opens."""

    id: UUID
    service_id: UUID
    freq: Literal["WEEKLY", "MONTHLY"] | None = None
    byday: str | None = Field(None, examples=["MO,TU,WE"])
    opens_at: time | None = None
    closes_at: time | None = None
    description: str | None = None
    notes: str | None = None


class ServiceAreaOut(_Out):
    """A place where a service works: a nation, a council's area or a postcode district."""

    id: UUID
    service_id: UUID
    name: str
    extent: str
    extent_type: Literal["text"]


class LanguageOut(_Out):
    """A language that is spoken there."""

    id: UUID
    service_id: UUID
    name: str


class CostOptionOut(_Out):
    """What it costs, in words."""

    id: UUID
    service_id: UUID
    amount_description: str


class TaxonomyTermOut(_Out):
    """A need, from our own list. `term` is its code."""

    id: UUID
    name: str
    description: str
    taxonomy: str
    term: str


class AttributeOut(_Out):
    """A need that a service meets."""

    id: UUID
    link_id: UUID
    taxonomy_term_id: UUID
    link_type: Literal["service"]
    taxonomy_term: TaxonomyTermOut


class ServiceListedOut(_Out):
    """A service in a list: only what it has one of."""

    id: UUID
    organization_id: UUID
    name: str
    description: str
    url: str | None = None
    email: str | None = None
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    minimum_age: int | None = None
    maximum_age: int | None = None
    assured_date: date | None = None
    alert: str | None = Field(None, description="What is not verified.")
    last_modified: datetime
    organization: OrganizationOut


class ServiceOut(ServiceListedOut):
    """A service with all that belongs to it."""

    eligibility_description: str | None = None
    interpretation_services: str | None = None
    webchat_url: str | None = None
    phones: list[PhoneOut]
    schedules: list[ScheduleOut]
    service_areas: list[ServiceAreaOut]
    languages: list[LanguageOut]
    cost_options: list[CostOptionOut]
    attributes: list[AttributeOut]


class ServicesPage(BaseModel):
    """One page of a list of services."""

    total_items: Annotated[int, Field(ge=0)]
    total_pages: Annotated[int, Field(ge=0)]
    page_number: Annotated[int, Field(ge=1)]
    size: Annotated[int, Field(ge=0, description="How many services this page has.")]
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[ServiceListedOut]
