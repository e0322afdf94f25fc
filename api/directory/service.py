"""Finding services: one, a page of them, or the few that a carer is told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.directory import rules
from api.directory.hours.rules import Nation
from api.directory.listings import FOR_RULES, WHOLE, of_row
from api.directory.models import (
    TAXONOMY_ID,
    Attribute,
    Edition,
    Organization,
    Service,
    ServiceArea,
    TaxonomyTerm,
)
from api.directory.rules import Choice, Listing, Need, Place
from api.errors import NotFound

_FOR_OTHERS = and_(Service.status == "active", Service.staff_only.is_(False))
_EDITION = select(Edition.id)


@dataclass
class _Known:
    """The services for each need that this process has read, of one edition of the directory."""

    edition: UUID | None = None
    by_need: dict[Need, list[Listing]] = field(default_factory=dict)


_known = _Known()


async def get(session: AsyncSession, service_id: UUID) -> Service:
    """One service with all that belongs to it. What is for staff only does not exist for other programs."""
    wanted = select(Service).where(Service.id == service_id, _FOR_OTHERS)
    found = (await session.execute(wanted.options(*WHOLE))).scalar_one_or_none()
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
    whole: bool = False,
    **also: Any,
) -> tuple[int, Sequence[Service]]:
    """How many services match, and one page of them, by name; `whole`: with all that belongs to them.

    `among`: which of all, for our own staff. `also`: taxonomy_id, organization_id, minimum_age, maximum_age,
    modified_after, as the standard has them.
    """
    matching = select(Service).where(among, *_also(**also))
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
    return total, (await session.execute(one_page.options(*(WHOLE if whole else ())))).scalars().all()


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
    found = {one.code: one for one in await meeting(session, need, *rules.MEANWHILE)}
    return rules.choose(need, place, clock.now(), found.values(), low_mood, age)


async def depends_on_place(session: AsyncSession, need: Need) -> bool:
    """Whether a carer who needs this would be told of more if it were known where they are."""
    return rules.depends_on_place(need, await meeting(session, need))


async def meeting(session: AsyncSession, *needs: Need) -> list[Listing]:
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
            wanted = FOR_RULES.where(_FOR_OTHERS, _meets(TaxonomyTerm.term == need))
            by_need[need] = [of_row(row) for row in await session.execute(wanted)]
    return [one for need in needs for one in by_need[need]]


async def listings(session: AsyncSession) -> list[Listing]:
    """Every active service, those for staff only among them, as rules see them."""
    return [of_row(row) for row in await session.execute(FOR_RULES.where(Service.status == "active"))]


async def changed(session: AsyncSession) -> None:
    """Call it with every change of services: what processes have read of them is then of an older edition."""
    await session.execute(delete(Edition))
    session.add(Edition(loaded_at=clock.now()))


async def whole(session: AsyncSession) -> Sequence[Service]:
    """Every service by name, those for staff only and inactive ones too, with all that belongs to it."""
    return (await session.execute(select(Service).order_by(Service.name, Service.id).options(*WHOLE))).scalars().all()


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
