"""Drills: paging whoever is about to go on call through the real path, and what that has proved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live, replies
from api.audit import service as audit
from api.paging import service as paging
from api.paging.calls import service as calls
from api.paging.drills.rules import ANSWER_WITHIN, Due
from api.paging.models import Drill, Page
from api.paging.rules import By, PageState
from api.people.models import Person, Team
from api.rota import service as rota
from api.rota.rules import Rung


async def begin(session: AsyncSession, team: Team, due: Due, actor: str) -> int | None:
    """Ask everybody who is on call at the start of the shift. Returns how many; None: it has been begun already."""
    now = clock.now()
    new = insert(Drill).values(id=uuid4(), team_id=team.id, at=due.at, shift_at=due.shift, began_at=now)
    drill_id = (await session.execute(new.on_conflict_do_nothing().returning(Drill.id))).scalar_one_or_none()
    if drill_id is None:
        return None
    people = {
        person.id: (person, rung)
        for rung, holders in (await rota.on_call(session, team.id, due.shift)).items()
        for person in holders
    }
    for one in sorted(people):
        person, rung = people[one]
        await _ask(session, drill_id, person, rung, due.shift, paging.drill_by(team.code, rung))
    audit.record(session, actor, "began", "drill", drill_id, people=len(people))
    await live.changed(session, live.BOARD)
    return len(people)


async def _ask(session: AsyncSession, drill_id: UUID, person: Person, rung: str, shift: datetime, by: By) -> None:
    """By every way in which a call for help may ring them: a drill proves no way that it has not gone."""
    page = await paging.open_page(session, person, rung, drill_id=drill_id)
    if by.texts:
        words = replies.say("page_drill", "sms", time=clock.uk_time(shift), code=str(page.code))
        await paging.write(session, person, words, page)
    if by.rings:
        await session.flush()
        await calls.ring(session, page)


async def answered(session: AsyncSession, page: Page, by: By) -> None:
    """Phone and path work: this person got the drill and answered it, by text or by a key. The first answer counts."""
    if page.answered_at is not None:
        return
    page.answered_by = by
    await paging.answer(session, page, PageState.CLOSED)
    audit.record(session, page.person.actor, "answered", "drill", page.drill_id or "", by=by)
    await live.changed(session, live.BOARD)


async def unchecked(session: AsyncSession) -> Sequence[UUID]:
    """Drills whose time to answer is over and of which the lead has not heard."""
    found = select(Drill.id).where(Drill.checked_at.is_(None), Drill.began_at <= clock.now() - ANSWER_WITHIN)
    return (await session.execute(found)).scalars().all()


async def check(session: AsyncSession, drill_id: UUID, team: Team) -> int:
    """Tell the lead who has not answered, once. Returns how many have not."""
    drill = await session.get_one(Drill, drill_id, with_for_update=True)
    if drill.checked_at is not None:
        return 0
    drill.checked_at = clock.now()
    silent = [page for page in await pages_of(session, [drill_id]) if page.answered_at is None]
    if silent:
        names = ", ".join(page.person.name for page in silent)
        for person in await leads(session, team, drill.shift_at):
            await paging.write(session, person, _unanswered(drill.shift_at, names))
    await live.changed(session, live.BOARD)
    return len(silent)


def _unanswered(shift: datetime, names: str) -> str:
    return replies.say("drill_unanswered", "sms", time=clock.uk_time(shift), nurse=names)


async def leads(session: AsyncSession, team: Team, shift: datetime) -> list[Person]:
    """Whoever leads now or in the shift, and can be texted; if nobody does, those who are told as a last resort."""
    rungs = [await rota.on_call(session, team.id, moment) for moment in (clock.now(), shift)]
    found = {person.id: person for one in rungs for person in one.get(Rung.LEAD, ()) if person.phone}
    return list(found.values()) or await paging.last_resort(session, team.id, team.code)


async def newest(session: AsyncSession, team_id: UUID) -> Drill | None:
    """The team's last drill."""
    found = select(Drill).where(Drill.team_id == team_id).order_by(Drill.began_at.desc()).limit(1)
    return (await session.execute(found)).scalar_one_or_none()


async def pages_of(session: AsyncSession, drill_ids: Sequence[UUID]) -> Sequence[Page]:
    """Everybody's page of these drills, in the order in which they were asked."""
    found = select(Page).where(Page.drill_id.in_(drill_ids)).order_by(Page.placed_at, Page.id)
    return (await session.execute(found)).scalars().all()
