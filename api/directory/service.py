"""Finding services: one, a page of them, or the few that a carer is told of."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from api import clock
from api.directory import rules
from api.directory.hours.rules import BankHolidays, Hours, Nation, Period
from api.directory.models import (
    TAXONOMY_ID,
    Attribute,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    TaxonomyTerm,
)
from api.directory.rules import Area, Choice, Confidence, Listing, Need, Number, Place, Way
from api.errors import NotFound

_FOR_RULES = tuple(
    selectinload(part) for part in (Service.phones, Service.schedules, Service.service_areas, Service.attributes)
)
_WHOLE = (*_FOR_RULES, selectinload(Service.cost_options), selectinload(Service.languages))
_FOR_OTHERS = and_(Service.status == "active", Service.staff_only.is_(False))


async def get(session: AsyncSession, service_id: UUID) -> Service:
    """One service with all that belongs to it. What is for staff only does not exist for other programs."""
    wanted = select(Service).where(Service.id == service_id, _FOR_OTHERS)
    found = (await session.execute(wanted.options(*_WHOLE))).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such service.")
    return found


async def search(
    session: AsyncSession,
    page: int,
    per_page: int,
    words: str | None = None,
    term_id: UUID | None = None,
    need: Need | None = None,
    place: Place | None = None,
    whole: bool = False,
    **also: Any,
) -> tuple[int, Sequence[Service]]:
    """How many services match, and one page of them, by name; `whole`: with all that belongs to them.

    `also`: taxonomy_id, organization_id, minimum_age, maximum_age, modified_after, as the standard has them.
    """
    matching = select(Service).where(_FOR_OTHERS, *_also(**also))
    if words:
        text = func.concat_ws(" ", Service.name, Organization.name, Service.description)
        found = func.to_tsvector("english", text).op("@@")(func.websearch_to_tsquery("english", words))
        matching = matching.join(Organization, Organization.id == Service.organization_id).where(found)
    if term_id:
        matching = matching.where(_meets(Attribute.taxonomy_term_id == term_id))
    if need:
        matching = matching.where(_meets(TaxonomyTerm.term == need))
    if place:
        matching = matching.where(_works_in(place))
    total = (await session.execute(select(func.count()).select_from(matching.subquery()))).scalar_one()
    one_page = matching.order_by(Service.name, Service.id).limit(per_page).offset((page - 1) * per_page)
    return total, (await session.execute(one_page.options(*(_WHOLE if whole else ())))).scalars().all()


def _also(
    taxonomy_id: UUID | None = None,
    organization_id: UUID | None = None,
    minimum_age: int | None = None,
    maximum_age: int | None = None,
    modified_after: datetime | None = None,
) -> Iterator[ColumnElement[bool]]:
    if taxonomy_id:
        yield _meets(literal(taxonomy_id == TAXONOMY_ID))
    if organization_id:
        yield Service.organization_id == organization_id
    if minimum_age is not None:
        yield Service.minimum_age >= minimum_age
    if maximum_age is not None:
        yield Service.maximum_age <= maximum_age
    if modified_after:
        yield Service.last_modified >= modified_after


async def terms(session: AsyncSession, page: int, per_page: int) -> tuple[int, Sequence[TaxonomyTerm]]:
    """How many needs there are, and one page of them, by name."""
    total = (await session.execute(select(func.count()).select_from(TaxonomyTerm))).scalar_one()
    ordered = select(TaxonomyTerm).order_by(TaxonomyTerm.name, TaxonomyTerm.id)
    found = await session.execute(ordered.limit(per_page).offset((page - 1) * per_page))
    return total, found.scalars().all()


async def term(session: AsyncSession, term_id: UUID) -> TaxonomyTerm:
    """One need."""
    found = await session.get(TaxonomyTerm, term_id)
    if found is None:
        raise NotFound("There is no such taxonomy term.")
    return found


async def choose(session: AsyncSession, need: Need, place: Place, low_mood: bool, age: int | None = None) -> Choice:
    """What to tell a carer who needs this, there, now."""
    needs = (need, *rules.MEANWHILE)
    wanted = select(Service).where(_FOR_OTHERS, _meets(TaxonomyTerm.term.in_(needs)), _works_in(place))
    found = [listing(service) for service in await _all(session, wanted)]
    return rules.choose(need, place, clock.now(), found, low_mood, age)


async def listings(session: AsyncSession) -> list[Listing]:
    """Every active service, those for staff only among them, as rules see them."""
    return [listing(service) for service in await _all(session, select(Service).where(Service.status == "active"))]


async def whole(session: AsyncSession) -> Sequence[Service]:
    """Every service by name, those for staff only and inactive ones too, with all that belongs to it."""
    return (await session.execute(select(Service).order_by(Service.name, Service.id).options(*_WHOLE))).scalars().all()


def listing(service: Service) -> Listing:
    """A service as rules see it."""
    spoken = tuple(Number(one.number, one.type, one.description or "", one.say or "") for one in service.phones)
    return Listing(
        code=service.code,
        name=service.name,
        organisation=service.organization.name,
        needs=frozenset(Need(one.taxonomy_term.term) for one in service.attributes),
        area=_area(service),
        hours=_hours(service),
        has=_ways(service),
        confidence=Confidence(service.confidence),
        unverified=frozenset(service.unverified),
        staff_only=service.staff_only,
        active=service.status == "active",
        narrow=service.narrow,
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        description=service.description,
        numbers=spoken,
        webchat=service.webchat_url or "",
        url=service.url or "",
        assured_date=service.assured_date,
        feed=service.feed or "",
    )


async def _all(session: AsyncSession, wanted: Select[Service]) -> Sequence[Service]:
    return (await session.execute(wanted.options(*_FOR_RULES))).scalars().all()


def _meets(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of a service's needs is such."""
    return exists().where(Attribute.service_id == Service.id, Attribute.taxonomy_term_id == TaxonomyTerm.id, condition)


def _works_in(place: Place) -> ColumnElement[bool]:
    """Whether a service works there: the same as `Area.holds`, for the database."""
    area = ServiceArea.service_id == Service.id
    local = exists().where(area, ServiceArea.kind != "nation")
    if place.nation is None:
        nations = select(func.count()).where(area, ServiceArea.kind == "nation").scalar_subquery()
        return and_(nations == len(Nation), ~local)
    in_nation = exists().where(area, ServiceArea.kind == "nation", ServiceArea.name == place.nation)
    named = (("district", place.district), ("authority", place.authority))
    near = [and_(ServiceArea.kind == kind, ServiceArea.name == name) for kind, name in named if name]
    nearby = exists().where(area, or_(*near)) if near else None
    return and_(in_nation, ~local if nearby is None else or_(~local, nearby))


def _area(service: Service) -> Area:
    names: dict[str, set[str]] = {"nation": set(), "district": set(), "authority": set()}
    for one in service.service_areas:
        names[one.kind].add(one.name)
    nations = frozenset(Nation(name) for name in names["nation"])
    return Area(nations, frozenset(names["district"]), frozenset(names["authority"]))


def _hours(service: Service) -> Hours:
    periods = tuple(period for one in service.schedules if (period := _period(one)))
    holidays, words = BankHolidays(service.bank_holidays), service.hours_words or ""
    return Hours(periods, service.always_open, holidays, words, "hours" not in service.unverified)


def _period(schedule: Schedule) -> Period | None:
    if not schedule.byday or schedule.opens_at is None or schedule.closes_at is None:
        return None
    return Period(frozenset(schedule.byday.split(",")), schedule.opens_at, schedule.closes_at)


def _ways(service: Service) -> frozenset[Way]:
    has = {
        Way.PHONES: any(_is_spoken_to(phone) for phone in service.phones),
        Way.SMS: any(phone.type == "text" for phone in service.phones),
        Way.WEBCHAT: bool(service.webchat_url),
        Way.URL: bool(service.url),
        Way.EMAIL: bool(service.email),
    }
    return frozenset(way for way, there in has.items() if there)


def _is_spoken_to(phone: Phone) -> bool:
    return phone.type == "voice"
