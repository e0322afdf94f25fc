"""The published rota: who is on call now and next, and the coming two weeks."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.console.presenters import when
from api.console.rota import page, presenters
from api.console.rota.calendars.presenters import feed
from api.console.rota.presenters import Seen
from api.console.rota.rules import HERE, SHOWN
from api.cover import service as cover
from api.database import transaction
from api.people.access import Staff, nurse
from api.rota import service as rota
from api.rota.changes import service as changes
from api.rota.feeds import service as feeds

NOTICES = {
    "published": "The rota is published. Paging goes by it from now on.",
    "override": "Done. Paging goes by it from now on.",
    "offered": "Your swap is offered. It changes nothing until all have agreed.",
}
router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]


@router.get("")
async def show_rota(request: Request, current: Reader, done: str = "") -> Response:
    """Now and next on top, then each day with every rung."""
    person, now = current.person, clock.now()
    rungs = page.rungs(person)
    async with transaction() as session:
        held = await rota.held(session, person.team_id, now)
        coming = await rota.next_up(session, person.team_id, now)
        alarms = await cover.alarms(session, person.team_id)
        standing = await rota.of_team(session, person.team_id)
        seen = await _seen(session, current)
        open_swaps = len(await changes.swaps(session, person))
        followed = [feed(one, now) for one in await feeds.of_team(session, person.team_id)]
        context = await page.frame(session, current)
    until = standing.published_until if standing else None
    context |= {
        "holders": presenters.holders(held, coming, rungs, now),
        "days": presenters.table(seen, now),
        "warnings": [
            *(presenters.warning(one, now) for one in alarms),
            *(one.alarm for one in followed if one.alarm),
        ],
        "feeds": [one for one in followed if one.news],
        "until": when(until, now) if until else "",
        "columns": [presenters.rung(code) for code in rungs],
        "swaps": open_swaps,
        "notice": NOTICES.get(done, ""),
    }
    return pages.render(request, "console/rota/rota.html", context)


async def _seen(session: AsyncSession, current: Staff) -> Seen:
    """The published duties of the coming days as the table wants them."""
    team_id, now = current.person.team_id, clock.now()
    until = now + timedelta(days=SHOWN + 1)
    found = await rota.duties(session, team_id, now, until)
    shifts = rota.as_shifts(found, until)
    standing = await rota.of_team(session, team_id)
    published = standing.published_until if standing and standing.published_until else until
    names = {duty.person_id: duty.person.name for duty in found}
    reach = await rota.reach(session, team_id)
    return Seen(shifts, names, reach, page.rungs(current.person), published, current.person.id)
