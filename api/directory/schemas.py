"""What crosses HTTP about the directory, in the shape of Open Referral UK (HSDS 3.0, UK profile).

Optional fields that are empty are left out, as the standard's JSON Schema wants. `phones`, `webchat_url`, `eligibility`
and the names of languages are fields that HSDS has, or that we add; a reader of the UK profile may pass over them.
"""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.directory.hours.rules import Nation
from api.directory.rules import Need

LAST_PAGE = 1_000_000
Words = Annotated[str | None, Field(max_length=100, pattern=r"^[^\x00]*$", description="Words to look for.")]
District = Annotated[
    str | None, Field(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]?$", description="A postcode district, with its nation.")
]
Authority = Annotated[
    str | None, Field(max_length=100, pattern=r"^[^\x00]+$", description="A council's area, with its nation.")
]
Age = Annotated[int, Field(ge=0, le=120)]


class PageQuery(BaseModel):
    """Which page. A parameter that we do not know is refused: nobody shall take a whole list for a part of it."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    per_page: Annotated[int, Field(ge=1, le=200)] = 50


class ServicesQuery(PageQuery):
    """Which services. Of the standard's parameters, hours and places on a map (proximity) are left out, openly."""

    search: Words = None
    text: Words = Field(None, description="The same as `search`, by its name in version 1 of the profile.")
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = Field(None, description="Services that meet any need of this list.")
    organization_id: UUID | None = None
    minimum_age: Age | None = Field(None, description="Services whose lowest age is this or higher.")
    maximum_age: Age | None = Field(None, description="Services whose highest age is this or lower.")
    modified_after: AwareDatetime | None = Field(None, description="Services changed then or later.")
    full: bool = Field(False, description="Each service with all that belongs to it.")
    need: Need | None = None
    nation: Nation | None = None
    district: District = None
    authority: Authority = None


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
    taxonomy_id: UUID
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


class ApiOut(BaseModel):
    """The root of the directory: which standard it keeps to, and where it is described."""

    version: str = Field(examples=["HSDS-UK-3.0"])
    profile: str
    openapi_url: str


class TaxonomyOut(BaseModel):
    """A list of needs. We have one, our own."""

    id: UUID
    name: str
    description: str


class _Page(BaseModel):
    """What the standard says of a page."""

    total_items: Annotated[int, Field(ge=0)]
    total_pages: Annotated[int, Field(ge=0)]
    page_number: Annotated[int, Field(ge=1)]
    size: Annotated[int, Field(ge=0, description="How many there are on this page.")]
    first_page: bool
    last_page: bool
    empty: bool


class ServicesPage(_Page):
    """One page of a list of services, each with all that belongs to it if `full` was asked for."""

    contents: list[ServiceOut] | list[ServiceListedOut]


class TaxonomiesPage(_Page):
    """One page of the lists of needs."""

    contents: list[TaxonomyOut]


class TaxonomyTermsPage(_Page):
    """One page of a list of needs."""

    contents: list[TaxonomyTermOut]


def of_page(total: int, asked: PageQuery, size: int) -> dict[str, int | bool]:
    """What a page says of itself, given how many there are in all and how many it has."""
    pages = -(-total // asked.per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": asked.page,
        "size": size,
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages,
        "empty": size == 0,
    }
