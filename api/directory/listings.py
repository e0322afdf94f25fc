"""A service as rules see it (`rules.Listing`): what is read of it, and how that is put."""

from datetime import time
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import selectinload

from api.directory.hours.rules import BankHolidays, Hours, Nation, Period
from api.directory.models import Attribute, Organization, Phone, Schedule, Service, ServiceArea, TaxonomyTerm
from api.directory.rules import Area, Confidence, Listing, Need, Number, Way

# All that belongs to a service, to be read with it.
WHOLE = tuple(
    selectinload(part)
    for part in (
        Service.phones,
        Service.schedules,
        Service.service_areas,
        Service.attributes,
        Service.cost_options,
        Service.languages,
    )
)


def _listed(part: Any, *columns: Any) -> Any:
    """These columns of what belongs to a service, as a list of lists in the order of its record."""
    rows = func.json_agg(aggregate_order_by(func.json_build_array(*columns), part.position))
    belongs = part.service_id == Service.id
    if part is Attribute:
        belongs = and_(belongs, Attribute.taxonomy_term_id == TaxonomyTerm.id)
    return select(func.coalesce(rows, literal_column("'[]'::json"))).where(belongs).scalar_subquery()


COLUMNS = (
    *("code", "name", "description", "url", "email", "webchat_url", "status", "narrow", "minimum_age", "maximum_age"),
    *("assured_date", "hours_words", "always_open", "bank_holidays", "confidence", "unverified", "staff_only", "feed"),
)
# What rules need of a service, in one statement: whole objects take ten times as long to read.
FOR_RULES = (
    select(
        *(getattr(Service, name) for name in COLUMNS),
        Organization.name.label("organisation"),
        _listed(Phone, Phone.number, Phone.type, Phone.description, Phone.say).label("phones"),
        _listed(Schedule, Schedule.byday, Schedule.opens_at, Schedule.closes_at).label("schedules"),
        _listed(ServiceArea, ServiceArea.kind, ServiceArea.name).label("areas"),
        _listed(Attribute, TaxonomyTerm.term).label("needs"),
    )
    .join_from(Service, Organization, Organization.id == Service.organization_id)
    .order_by(Service.code)
)


def of(service: Service) -> Listing:
    """A service that was read whole, as rules see it."""
    whole = {name: getattr(service, name) for name in COLUMNS}
    hours = [(one.byday, one.opens_at, one.closes_at) for one in service.schedules]
    row = SimpleNamespace(
        **whole,
        organisation=service.organization.name,
        phones=[(one.number, one.type, one.description, one.say) for one in service.phones],
        schedules=[(days, *(at and at.isoformat() for at in both)) for days, *both in hours],
        areas=[(one.kind, one.name) for one in service.service_areas],
        needs=[(one.taxonomy_term.term,) for one in service.attributes],
    )
    return of_row(row)


def of_row(row: Any) -> Listing:
    """A service as rules see it."""
    return Listing(
        code=row.code,
        name=row.name,
        organisation=row.organisation,
        needs=frozenset(Need(term) for (term,) in row.needs),
        area=_area(row.areas),
        hours=_hours(row),
        has=_ways(row),
        confidence=Confidence(row.confidence),
        unverified=frozenset(row.unverified),
        staff_only=row.staff_only,
        active=row.status == "active",
        narrow=row.narrow,
        minimum_age=row.minimum_age,
        maximum_age=row.maximum_age,
        description=row.description,
        numbers=tuple(Number(number, kind, words or "", say or "") for number, kind, words, say in row.phones),
        webchat=row.webchat_url or "",
        url=row.url or "",
        assured_date=row.assured_date,
        feed=row.feed or "",
    )


def _area(areas: list[list[str]]) -> Area:
    names: dict[str, set[str]] = {"nation": set(), "district": set(), "authority": set()}
    for kind, name in areas:
        names[kind].add(name)
    nations = frozenset(Nation(name) for name in names["nation"])
    return Area(nations, frozenset(names["district"]), frozenset(names["authority"]))


def _hours(row: Any) -> Hours:
    periods = tuple(period for one in row.schedules if (period := _period(*one)))
    holidays, words = BankHolidays(row.bank_holidays), row.hours_words or ""
    return Hours(periods, row.always_open, holidays, words, "hours" not in row.unverified)


def _period(byday: str | None, opens_at: str | None, closes_at: str | None) -> Period | None:
    if not byday or opens_at is None or closes_at is None:
        return None
    return Period(frozenset(byday.split(",")), time.fromisoformat(opens_at), time.fromisoformat(closes_at))


def _ways(row: Any) -> frozenset[Way]:
    kinds = {kind for _, kind, *_ in row.phones}
    has = {
        Way.PHONES: "voice" in kinds,
        Way.SMS: "text" in kinds,
        Way.WEBCHAT: bool(row.webchat_url),
        Way.URL: bool(row.url),
        Way.EMAIL: bool(row.email),
    }
    return frozenset(way for way, there in has.items() if there)
