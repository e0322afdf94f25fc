"""Finding services: one, a page of them, or the few that a carer is told of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from api import clock
from api.directory import rules
from api.directory.hours.rules import BankHolidays, Hours, Nation, Period
from api.directory.models import Attribute, Edition, Organization, Phone, Schedule, Service, ServiceArea, TaxonomyTerm
from api.directory.rules import Area, Choice, Confidence, Listing, Need, Number, Place, Way
from api.errors import NotFound

_WHOLE = tuple(
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
_FOR_OTHERS = and_(Service.status == "active", Service.staff_only.is_(False))
_EDITION = select(Edition.id)


def _listed(part: Any, *columns: Any) -> Any:
    """These columns of what belongs to a service, as a list of lists in the order of its record."""
    rows = func.json_agg(aggregate_order_by(func.json_build_array(*columns), part.position))
    belongs = part.service_id == Service.id
    if part is Attribute:
        belongs = and_(belongs, Attribute.taxonomy_term_id == TaxonomyTerm.id)
    return select(func.coalesce(rows, literal_column("'[]'::json"))).where(belongs).scalar_subquery()


_COLUMNS = (
    *("code", "name", "description", "url", "email", "webchat_url", "status", "narrow", "minimum_age", "maximum_age"),
    *("assured_date", "hours_words", "always_open", "bank_holidays", "confidence", "unverified", "staff_only"),
)
# What rules need of a service, in one statement: whole objects take ten times as long to read.
_FOR_RULES = (
    select(
        *(getattr(Service, name) for name in _COLUMNS),
        Organization.name.label("organisation"),
        _listed(Phone, Phone.number, Phone.type, Phone.description, Phone.say).label("phones"),
        _listed(Schedule, Schedule.byday, Schedule.opens_at, Schedule.closes_at).label("schedules"),
        _listed(ServiceArea, ServiceArea.kind, ServiceArea.name).label("areas"),
        _listed(Attribute, TaxonomyTerm.term).label("needs"),
    )
    .join_from(Service, Organization, Organization.id == Service.organization_id)
    .order_by(Service.code)
)


@dataclass
class _Known:
    """The services for each need that this process has read, of one edition of the directory."""

    edition: UUID | None = None
    by_need: dict[Need, list[Listing]] = field(default_factory=dict)


_known = _Known()


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
    among: ColumnElement[bool] = _FOR_OTHERS,
) -> tuple[int, Sequence[Service]]:
    """How many services match, and one page of them, by name. `among`: which of all, for our own staff."""
    matching = select(Service).where(among)
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
    return total, (await session.execute(one_page)).scalars().all()


async def choose(session: AsyncSession, need: Need, place: Place, low_mood: bool, age: int | None = None) -> Choice:
    """What to tell a carer who needs this, there, now."""
    found = {one.code: one for one in await _meeting(session, need, *rules.MEANWHILE)}
    return rules.choose(need, place, clock.now(), found.values(), low_mood, age)


async def depends_on_place(session: AsyncSession, need: Need) -> bool:
    """Whether a carer who needs this would be told of more if it were known where they are."""
    return rules.depends_on_place(need, await _meeting(session, need))


async def _meeting(session: AsyncSession, *needs: Need) -> list[Listing]:
    """The services that meet any of these needs, wherever they work; some may stand in it twice.

    They are read once and kept for as long as the database has the same edition of the directory. Its id is asked for
    first: what is read after that is of this edition or of a newer one, which the next question will find out.
    """
    edition = (await session.execute(_EDITION)).scalar_one()
    if _known.edition != edition:
        _known.edition, _known.by_need = edition, {}
    by_need = _known.by_need  # Whatever happens meanwhile, it stays that of this edition.
    for need in needs:
        if need not in by_need:
            wanted = _FOR_RULES.where(_FOR_OTHERS, _meets(TaxonomyTerm.term == need))
            by_need[need] = [_listing(row) for row in await session.execute(wanted)]
    return [one for need in needs for one in by_need[need]]


async def listings(session: AsyncSession) -> list[Listing]:
    """Every active service, those for staff only among them, as rules see them."""
    return [_listing(row) for row in await session.execute(_FOR_RULES.where(Service.status == "active"))]


async def changed(session: AsyncSession) -> None:
    """Call it with every change of services: what processes have read of them is then of an older edition."""
    await session.execute(delete(Edition))
    session.add(Edition(loaded_at=clock.now()))


def listing(service: Service) -> Listing:
    """A service that was read whole, as rules see it."""
    whole = {name: getattr(service, name) for name in _COLUMNS}
    hours = [(one.byday, one.opens_at, one.closes_at) for one in service.schedules]
    row = SimpleNamespace(
        **whole,
        organisation=service.organization.name,
        phones=[(one.number, one.type, one.description, one.say) for one in service.phones],
        schedules=[(days, *(at and at.isoformat() for at in both)) for days, *both in hours],
        areas=[(one.kind, one.name) for one in service.service_areas],
        needs=[(one.taxonomy_term.term,) for one in service.attributes],
    )
    return _listing(row)


def _listing(row: Any) -> Listing:
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
    )


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
