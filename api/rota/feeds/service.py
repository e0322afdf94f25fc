"""Taking a calendar over, and seeing later whether it has changed at its address. Only a person takes that over too.

What people have changed by hand (overrides, swaps) is kept apart and stays, whatever a calendar says.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from api import clock
from api.audit import service as audit
from api.errors import Invalid, NotFound
from api.people.models import Person, Team
from api.rota.calendars import service as calendars
from api.rota.calendars.service import Fetched, Planned, Source
from api.rota.feeds import rules
from api.rota.models import RotaFeed
from api.rota.publishing.rules import LONGEST


async def take_over(session: AsyncSession, team: Team, actor: str, source: Source) -> Planned:
    """Take a calendar over into the draft, whole or not at all. From an address: it is read there again from now on."""
    found = await calendars.apply(session, team, actor, source)
    if not found.faults:
        await _follow(session, team.id, found, source)
    return found


async def _follow(session: AsyncSession, team_id: UUID, found: Planned, source: Source) -> None:
    now = clock.now()
    feed = await _named(session, team_id, found.calendar)
    if feed is None and not source.url:
        return
    if feed is None or (source.url and feed.url != source.url):
        feed = feed or RotaFeed(team_id=team_id, calendar=found.calendar)
        feed.url, feed.text, feed.read_at, feed.trouble = source.url, "", now, ""
        session.add(feed)
    if source.url and source.text != feed.text:
        feed.etag = feed.modified = ""  # They belong to another text.
        feed.text = source.text
    feed.rung, feed.taken_until = found.rung, now + LONGEST
    feed.read_again_at = now + rules.EVERY if source.url else now
    feed.added = feed.changed = feed.gone = feed.faults = 0
    await session.flush()


async def _named(session: AsyncSession, team_id: UUID, calendar: str) -> RotaFeed | None:
    found = select(RotaFeed).where(RotaFeed.team_id == team_id, RotaFeed.calendar == calendar).with_for_update()
    return (await session.execute(found)).scalar_one_or_none()


async def of_team(session: AsyncSession, team_id: UUID) -> Sequence[RotaFeed]:
    """The calendars of a team that are read again, by name, without their text."""
    found = select(RotaFeed).where(RotaFeed.team_id == team_id).options(defer(RotaFeed.text))
    return (await session.execute(found.order_by(RotaFeed.calendar))).scalars().all()


async def one(session: AsyncSession, team_id: UUID, feed_id: UUID) -> RotaFeed:
    """One of this team's. Another team's is not there at all."""
    found = await session.get(RotaFeed, feed_id)
    if found is None or found.team_id != team_id:
        raise NotFound("There is no such calendar.")
    return found


async def different(session: AsyncSession, team: Team, feed: RotaFeed) -> Planned:
    """What taking it over as it was read last would change. Raises Invalid."""
    until = rules.compared_until(feed.taken_until, clock.now())
    return await calendars.planned(session, team, source(feed), until)


def source(feed: RotaFeed) -> Source:
    """It as it would be taken over."""
    return Source(feed.calendar, feed.rung, feed.text, feed.url)


async def stop(session: AsyncSession, person: Person, feed_id: UUID) -> None:
    """Read it no more. What was taken over of it stays in the draft."""
    feed = await one(session, person.team_id, feed_id)
    audit.record(session, person.actor, "rota_feed_stopped", "team", person.team_id, calendar=feed.calendar)
    await session.delete(feed)


async def claim(session: AsyncSession, feed_id: UUID) -> RotaFeed | None:
    """One that is due, which nobody else will read within the hour. None: it is not."""
    feed, now = await session.get(RotaFeed, feed_id, with_for_update=True), clock.now()
    if feed is None or feed.read_again_at > now:
        return None
    feed.read_again_at = now + rules.EVERY
    return feed


async def was_read(session: AsyncSession, feed_id: UUID, url: str, fetched: Fetched) -> None:
    """Keep what was read there, and how much of it differs from what was taken over."""
    feed = await session.get(RotaFeed, feed_id, with_for_update=True)
    if feed is None or feed.url != url:  # Given up, or another one meanwhile.
        return
    feed.read_at, feed.trouble = clock.now(), ""
    feed.text, feed.etag, feed.modified = fetched.text.replace("\0", ""), fetched.etag, fetched.modified
    team = await session.get_one(Team, feed.team_id)
    try:
        found = await different(session, team, feed)
    except Invalid:  # The team's rungs or shifts are others now. The page says so in full.
        feed.faults = 1
        return
    plan = found.plan
    feed.added, feed.changed, feed.gone, feed.faults = map(len, (plan.added, plan.changed, plan.gone, found.faults))


async def not_read(session: AsyncSession, feed_id: UUID, url: str, why: str) -> None:
    """It could not be read. What was read before still counts."""
    feed = await session.get(RotaFeed, feed_id, with_for_update=True)
    if feed is not None and feed.url == url:
        feed.trouble = why
