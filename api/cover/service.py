"""What a team must hear of its rota: holes that come up, which are on the board, too, and how swaps stand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live, logs, replies, settings
from api.audit import service as audit
from api.cover import rules
from api.cover.models import CoverAlarm
from api.cover.rules import ENDS_SOON, Hole, Stage
from api.paging import service as paging
from api.people.models import Person, Team
from api.people.rules import KEEPS_ROTA
from api.rota import service as rota
from api.rota.changes.rules import SwapState
from api.rota.models import RotaSwap
from api.rota.rules import UK, Fault, problems

ACTOR = "job:cover"
_log = logs.get(__name__)


async def look(session: AsyncSession, team_id: UUID) -> None:
    """Tell coordinators of what is new or has come near, and take what is put right off the board."""
    standing, now = await rota.locked(session, team_id), clock.now()
    if standing.look_at is None or standing.look_at > now or standing.published_until is None:
        return
    standing.look_at = now + rules.LOOK_EVERY
    team = await session.get_one(Team, team_id)
    found = await _holes(session, team, standing.published_until, now)
    known = await alarms(session, team_id)
    for alarm in known:
        if not any(_hole(alarm).is_about(hole) for hole in found):
            alarm.over_at = now
            await live.changed(session, live.BOARD)
    for hole in found:
        await _note(session, team, hole, next((one for one in known if _hole(one).is_about(hole)), None))


async def _holes(session: AsyncSession, team: Team, published_until: datetime, now: datetime) -> list[Hole]:
    until = now + rules.AHEAD
    shifts = rota.as_shifts(await rota.duties(session, team.id, now, until), until)
    reach = await rota.reach(session, team.id)
    return rules.holes(problems(shifts, rota.ground(team.code), reach, now, until), published_until, now)


def _hole(alarm: CoverAlarm) -> Hole:
    return Hole(alarm.fault, alarm.rung, alarm.person_id, alarm.starts_at, alarm.ends_at)


async def alarms(session: AsyncSession, team_id: UUID) -> Sequence[CoverAlarm]:
    """What is told of a team's rota and has not been put right, the next to come first."""
    found = select(CoverAlarm).where(CoverAlarm.team_id == team_id, CoverAlarm.over_at.is_(None))
    return (await session.execute(found.order_by(CoverAlarm.starts_at, CoverAlarm.id))).scalars().all()


async def _note(session: AsyncSession, team: Team, hole: Hole, alarm: CoverAlarm | None) -> None:
    now = clock.now()
    tell = rules.must_tell(hole, Stage(alarm.stage) if alarm else None, now)
    if alarm is None:
        alarm = CoverAlarm(team_id=team.id, fault=hole.fault, rung=hole.rung, person_id=hole.person_id, made_at=now)
        alarm.starts_at = hole.starts_at
        session.add(alarm)
    alarm.ends_at = hole.ends_at
    if not tell:
        return
    alarm.stage = rules.stage(hole, now)
    await session.flush()
    heard = await _tell(session, team, hole)
    audit.record(session, ACTOR, "cover_alarm", "team", team.id, fault=hole.fault, rung=hole.rung, heard=heard)
    await live.changed(session, live.BOARD)
    if not heard:
        _log.error("cover_alarm_unheard", team=team.code, fault=hole.fault, rung=hole.rung)


async def _tell(session: AsyncSession, team: Team, hole: Hole) -> int:
    """A text to every coordinator of the team. Returns to how many."""
    hearers = await _hearers(session, team.id)
    await _write(session, hearers, await _words(session, hole))
    return len(hearers)


async def _hearers(session: AsyncSession, team_id: UUID) -> Sequence[Person]:
    found = select(Person).where(Person.team_id == team_id, Person.active, Person.phone.is_not(None))
    return (await session.execute(found.where(Person.role.in_(KEEPS_ROTA)).order_by(Person.id))).scalars().all()


async def tell_of_swap(session: AsyncSession, swap: RotaSwap) -> None:
    """A text to whoever must answer a swap now, or to both when it has ended."""
    link = f"{settings.get().public_url}/console/rota/swaps"
    both = [swap.offered_by, swap.asked]
    if swap.state == SwapState.OFFERED:
        await _write(session, [swap.asked], replies.say("swap_offered", "sms", nurse=swap.offered_by.name, link=link))
    elif swap.state == SwapState.AGREED:
        await _write(session, await _hearers(session, swap.team_id), replies.say("swap_agreed", "sms", link=link))
    elif swap.state == SwapState.DONE:
        await _write(session, both, replies.say("swap_done", "sms", link=link))
    else:
        await _write(session, both, replies.say("swap_not_done", "sms", link=link))


async def _write(session: AsyncSession, people: Sequence[Person], words: str) -> None:
    for one in people:
        if one.active and one.phone:
            await paging.write(session, one, words)


async def _words(session: AsyncSession, hole: Hole) -> str:
    local = hole.starts_at.astimezone(UK)
    date = f"{local:%H:%M} on {local:%A} {local.day} {local:%B}"
    link = f"{settings.get().public_url}/console/rota"
    if hole.fault == ENDS_SOON:
        return replies.say("cover_ends_soon", "sms", date=date, link=link)
    rung = hole.rung.replace("_", " ")
    if hole.fault == Fault.GAP or hole.person_id is None:
        return replies.say("cover_gap", "sms", rung=rung, date=date, link=link)
    nurse = (await session.get_one(Person, hole.person_id)).name
    return replies.say("cover_unreachable", "sms", nurse=nurse, rung=rung, date=date, link=link)
