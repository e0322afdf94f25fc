"""Noting what carers were told of, and reading it again: for one service, and for the gaps."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.directory.hours.rules import Nation
from api.directory.rules import Need, Place
from api.directory.signposts.models import Signpost
from api.directory.signposts.rules import FEWEST, Asked

NEWEST = 20  # Signposts that the page of a record lists.


async def note(
    session: AsyncSession,
    conversation_id: UUID,
    message_id: UUID | None,
    need: Need,
    place: Place,
    service_codes: Sequence[str],
    found: bool,
    is_open: bool | None = None,
) -> None:
    """Keep what a carer was told of. `found`: whether anything was there that meets the need itself.

    `is_open`: whether something that was named was open at that moment, as far as that is known.
    """
    session.add(
        Signpost(
            at=clock.now(),
            conversation_id=conversation_id,
            message_id=message_id,
            need=need,
            nation=place.nation,
            district=place.district or None,
            authority=place.authority or None,
            service_codes=list(service_codes),
            found=found,
            is_open=is_open,
        )
    )


async def told_of(session: AsyncSession, code: str) -> tuple[int, Sequence[Signpost]]:
    """How often carers were told of this service, and the newest of those times."""
    named = Signpost.service_codes.contains([code])
    times = (await session.execute(select(func.count()).select_from(Signpost).where(named))).scalar_one()
    newest = select(Signpost).where(named).order_by(Signpost.at.desc(), Signpost.id).limit(NEWEST)
    return times, (await session.execute(newest)).scalars().all()


async def newest(
    session: AsyncSession, need: str, nation: str, found: bool | None, page: int, per_page: int
) -> tuple[int, Sequence[Signpost]]:
    """How many signposts there are and one page of them, the newest first. Empty and None: whatever it is."""
    among: list[ColumnElement[bool]] = [true()]
    among += [Signpost.need == need] if need else []
    among += [Signpost.nation == nation] if nation else []
    among += [Signpost.found == found] if found is not None else []
    total = (await session.execute(select(func.count()).select_from(Signpost).where(*among))).scalar_one()
    ordered = select(Signpost).where(*among).order_by(Signpost.at.desc(), Signpost.id)
    rows = await session.execute(ordered.limit(per_page).offset((page - 1) * per_page))
    return total, rows.scalars().all()


async def asked_in_vain(session: AsyncSession, since: datetime) -> list[Asked]:
    """How often each need found nothing, by month (of the UK) and place."""
    month = func.to_char(func.timezone(str(clock.UK), Signpost.at), "YYYY-MM")
    by = (month.label("month"), Signpost.need, Signpost.nation, Signpost.authority, Signpost.district)
    found = select(*by, func.count()).where(~Signpost.found, Signpost.at >= since).group_by(*by)
    return [
        Asked(month, need, _place(nation, district, authority), times)
        for month, need, nation, authority, district, times in (await session.execute(found)).all()
    ]


async def places(session: AsyncSession, since: datetime) -> set[Place]:
    """Where carers have asked from; left out is where so few asked that they could be known."""
    where = (Signpost.nation, Signpost.district, Signpost.authority)
    asked = select(*where).where(Signpost.at >= since, Signpost.nation.is_not(None))
    found = asked.group_by(*where).having(func.count() >= FEWEST)
    return {_place(*row) for row in (await session.execute(found)).all()}


def _place(nation: str | None, district: str | None, authority: str | None) -> Place:
    return Place(Nation(nation) if nation else None, district or "", authority or "")
