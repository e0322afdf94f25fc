"""Setting and ending switches, and asking what is on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live
from api.audit import service as audit
from api.errors import Invalid
from api.people.models import Person, Team
from api.switches import rules
from api.switches.models import SwitchNotice, SwitchSet
from api.switches.rules import Switch

JOB = "job:switches"
# Put together once, because every message asks for it.
_ON = select(SwitchSet).where(
    SwitchSet.team_id == bindparam("team"), SwitchSet.ended_at.is_(None), SwitchSet.ends_at > bindparam("now")
)


async def on(session: AsyncSession, team_id: UUID) -> dict[Switch, SwitchSet]:
    """What is on for a team at this moment. What has run out is off, whether or not a job has seen to that."""
    found = await session.execute(_ON, {"team": team_id, "now": clock.now()})
    rows = {Switch(row.kind): row for row in found.scalars()}
    return {kind: rows[kind] for kind in Switch if kind in rows}


async def turn_on(
    session: AsyncSession, team_id: UUID, kind: Switch, reason: str, ends_at: datetime, actor: str
) -> SwitchSet:
    """Set a switch until then. One that is on already ends first, so that both reasons stay on record."""
    reason = reason.strip()
    if problem := rules.problem_with(reason, ends_at, clock.now()):
        raise Invalid(problem, field="reason" if not reason else "ends_at")
    await session.execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))  # One at a time.
    await turn_off(session, team_id, kind, actor)
    row = SwitchSet(
        id=uuid4(), team_id=team_id, kind=kind, reason=reason, set_by=actor, set_at=clock.now(), ends_at=ends_at
    )
    session.add(row)
    audit.record(session, actor, "switched_on", "switch", row.id, switch=kind, ends_at=ends_at.isoformat())
    await _changed(session)
    return row


async def turn_off(session: AsyncSession, team_id: UUID, kind: Switch, actor: str) -> None:
    """End a switch before its time. One that is off stays off."""
    found = select(SwitchSet).where(SwitchSet.team_id == team_id, SwitchSet.kind == kind, SwitchSet.ended_at.is_(None))
    row = (await session.execute(found.with_for_update())).scalar_one_or_none()
    if row is not None:
        _end(session, row, actor, min(clock.now(), row.ends_at))
        await _changed(session)


def _end(session: AsyncSession, row: SwitchSet, actor: str, at: datetime) -> None:
    row.ended_at, row.ended_by = at, actor
    audit.record(session, actor, "switched_off", "switch", row.id, switch=row.kind)


async def _changed(session: AsyncSession) -> None:
    await session.flush()
    await live.changed(session, live.BOARD)


async def end_due(session: AsyncSession) -> Sequence[tuple[SwitchSet, Person | None]]:
    """End whatever has run out. Returns each with who had set it, if that was a person."""
    due = select(SwitchSet).where(SwitchSet.ended_at.is_(None), SwitchSet.ends_at <= clock.now())
    ended = []
    for row in (await session.execute(due.with_for_update(skip_locked=True))).scalars().all():
        _end(session, row, JOB, row.ends_at)
        ended.append((row, await set_by(session, row)))
    if ended:
        await _changed(session)
    return ended


async def set_by(session: AsyncSession, row: SwitchSet) -> Person | None:
    """The person who set it. None: a program did."""
    kind, _, row_id = row.set_by.partition(":")
    return await session.get(Person, UUID(row_id)) if kind == "staff" else None


async def lately(session: AsyncSession, team_id: UUID, since: datetime) -> Sequence[SwitchSet]:
    """What has ended since then, the newest first."""
    found = select(SwitchSet).where(SwitchSet.team_id == team_id, SwitchSet.ended_at >= since)
    return (await session.execute(found.order_by(SwitchSet.ended_at.desc()))).scalars().all()


async def tell_once(session: AsyncSession, row: SwitchSet, conversation_id: UUID) -> bool:
    """Note that this carer is told of this switch. False: they were told before."""
    new = insert(SwitchNotice).values(switch_id=row.id, conversation_id=conversation_id, at=clock.now())
    made = await session.execute(new.on_conflict_do_nothing().returning(SwitchNotice.switch_id))
    return made.scalar_one_or_none() is not None
