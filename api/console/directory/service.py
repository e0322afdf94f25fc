"""Searching all records, and gathering one with its history and what carers were told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.directory.rules import PER_PAGE, Search, Show
from api.directory import service as directory
from api.directory.desk import service as desk
from api.directory.desk.models import Change
from api.directory.listings import WHOLE
from api.directory.models import Phone, Service
from api.directory.rules import Need
from api.directory.signposts import service as signposts
from api.directory.signposts.models import Signpost


@dataclass(frozen=True, slots=True)
class Known:
    """One record, its changes, and how often and when carers were told of it, each newest first."""

    service: Service
    changes: Sequence[Change]
    times_told: int
    told: Sequence[Signpost]


async def find(session: AsyncSession, asked: Search, last_year: date) -> tuple[int, Sequence[Service]]:
    """How many records match and one page of them. `last_year`: whatever was assured before is due to be checked."""
    among = _shown(Show(asked.status), last_year)
    if asked.number:
        among = and_(among, _has_number(asked.number))
    words = None if asked.number else asked.words
    need = Need(asked.need) if asked.need else None
    total, found = await directory.search(
        session, asked.page, PER_PAGE, words, need=need, place=asked.place, among=among
    )
    ids = [one.id for one in found]
    whole = select(Service).where(Service.id.in_(ids)).options(*WHOLE)
    (await session.execute(whole)).scalars().all()  # Adds to those found what belongs to them.
    return total, found


def _shown(show: Show, last_year: date) -> ColumnElement[bool]:
    active = Service.status == "active"
    conditions: dict[Show, ColumnElement[bool]] = {
        Show.ANY: true(),
        Show.ACTIVE: active,
        Show.RETIRED: ~active,
        Show.STAFF_ONLY: and_(active, Service.staff_only),
        Show.UNVERIFIED: and_(active, func.cardinality(Service.unverified) > 0),
        Show.DUE: and_(active, func.coalesce(Service.assured_date, date.min) < last_year),
        Show.EDITED: Service.edited_at.is_not(None),
    }
    return conditions[show]


def _has_number(digits: str) -> ColumnElement[bool]:
    dialled = func.replace(Phone.number, " ", "").contains(digits)
    machine = func.coalesce(Phone.e164, "").contains(digits)
    return exists().where(Phone.service_id == Service.id, dialled | machine)


async def gather(session: AsyncSession, code: str) -> Known:
    """Everything that the page of a record shows."""
    service = await desk.one(session, code)
    times, told = await signposts.told_of(session, code)
    return Known(service, await desk.history(session, service.id), times, told)
