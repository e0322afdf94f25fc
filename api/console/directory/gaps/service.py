"""Gathering the gaps: what carers asked for in vain, and what is missing where."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.directory import service as directory
from api.directory.rules import Place
from api.directory.signposts import rules, service
from api.directory.signposts.rules import Asked, Missing

SPAN = timedelta(days=365)  # How far back the report looks.


async def asked(session: AsyncSession) -> list[Asked]:
    """What carers asked for in vain, the newest month first."""
    return rules.most_asked(await service.asked_in_vain(session, clock.now() - SPAN))


async def missing(session: AsyncSession) -> list[Missing]:
    """What is missing in each nation, in each place that a service names, and in those from which carers asked."""
    listings = await directory.listings(session)
    places = rules.places_of(listings) | await service.places(session, clock.now() - SPAN)
    return rules.missing(listings, places)


async def missing_in(session: AsyncSession, places: Sequence[Place]) -> list[Missing]:
    """What is missing in these places."""
    return rules.missing(await directory.listings(session), places)
