"""Gathering what carers were told of."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.directory.told.rules import PER_PAGE, Found, Wanted
from api.directory.models import Service
from api.directory.signposts import service as signposts
from api.directory.signposts.models import Signpost


async def told(session: AsyncSession, asked: Wanted) -> tuple[int, Sequence[Signpost], Mapping[str, str]]:
    """How many answers there were, one page of them with the newest first, and the names of the services in them."""
    found = None if not asked.found else asked.found == Found.SOMETHING
    total, page = await signposts.newest(session, asked.need, asked.nation, found, asked.page, PER_PAGE)
    codes = {code for one in page for code in one.service_codes}
    names = await session.execute(select(Service.code, Service.name).where(Service.code.in_(codes)))
    return total, page, {row.code: row.name for row in names}
