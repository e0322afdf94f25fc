"""Reading each calendar again at its address once an hour: claim, commit, fetch, record."""

from uuid import UUID

from sqlalchemy import select

from api import clock, queue
from api.database import transaction
from api.errors import Invalid
from api.rota.calendars import service as calendars
from api.rota.calendars.service import Fetched
from api.rota.feeds import service
from api.rota.models import RotaFeed


async def look(feed_id: str) -> None:
    """Read one calendar again, if nobody else has done so meanwhile."""
    async with transaction() as session:
        feed = await service.claim(session, UUID(feed_id))
    if feed is None:
        return
    try:
        fetched = await calendars.fetch(feed.url, Fetched(feed.text, feed.etag, feed.modified))
    except Invalid as error:
        async with transaction() as session:
            await service.not_read(session, feed.id, feed.url, error.detail)
        return
    async with transaction() as session:
        await service.was_read(session, feed.id, feed.url, fetched)


async def sweep() -> None:
    """Read every calendar that is due."""
    async with transaction() as session:
        due = (await session.execute(select(RotaFeed.id).where(RotaFeed.read_again_at <= clock.now()))).scalars().all()
    await queue.each(look, due)
