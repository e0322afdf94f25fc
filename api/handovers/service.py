"""Making a sheet, reading it, adding to it, and finding the one that nobody has read."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import cache
from uuid import UUID, uuid4

import yaml
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live, settings
from api.audit import service as audit
from api.errors import BadData, NotFound
from api.handovers import rules, sheet
from api.handovers.models import Handover, HandoverCorrection, HandoverRead
from api.handovers.rules import Plan
from api.people.models import Person, Team
from api.rota.rules import Rung

SHOWN = 30  # Sheets of the list.


@cache
def plan(team_code: str) -> Plan | None:
    """A team's nights, from `data/teams/<code>.yml`. None: it hands nothing over. Raises BadData."""
    path = settings.get().data_dir / "teams" / f"{team_code}.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")).get("handover")
        if raw is None:
            return None
        begins, ends = time.fromisoformat(raw["from"]), time.fromisoformat(raw["until"])
        return Plan(begins, ends, Rung(raw["tell"]), timedelta(minutes=raw["chase_after"]))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise BadData(f"{path.name}: no usable handover ({error})") from error


async def make(session: AsyncSession, team: Team, from_at: datetime, until_at: datetime, actor: str) -> Handover | None:
    """Freeze what the day team must know. None: this sheet was made already. An empty one is not chased."""
    facts, now, known = await sheet.gather(session, team, from_at, until_at), clock.now(), plan(team.code)
    chased = known is not None and rules.says_anything(facts)
    new = insert(Handover).values(
        id=uuid4(),
        team_id=team.id,
        from_at=from_at,
        until_at=until_at,
        made_at=now,
        made_by=actor,
        sheet=facts,
        chase_at=now + known.chase_after if known and chased else None,
    )
    made = (await session.execute(new.on_conflict_do_nothing().returning(Handover))).scalar_one_or_none()
    if made is not None:
        audit.record(session, actor, "made", "handover", made.id)
        await live.changed(session, live.BOARD)
    return made


async def make_due(session: AsyncSession, team: Team) -> Handover | None:
    """Make the sheet of a team's last night, if it is due and not there."""
    known = plan(team.code)
    if known is None:
        return None
    now = clock.now()
    begun, ended = rules.last_night(known, now)
    there = select(Handover.id).where(Handover.team_id == team.id, Handover.until_at == ended)
    if not rules.is_due(ended, now) or (await session.execute(there)).scalar_one_or_none() is not None:
        return None
    return await make(session, team, begun, ended, rules.MADE_BY_JOB)


async def get(session: AsyncSession, handover_id: UUID, team_id: UUID) -> Handover:
    """One sheet of a team. Another team's is not there at all."""
    found = await session.get(Handover, handover_id)
    if found is None or found.team_id != team_id:
        raise NotFound("There is no such handover sheet.")
    return found


async def of_team(session: AsyncSession, team_id: UUID) -> Sequence[Handover]:
    """A team's latest sheets, the newest first."""
    found = select(Handover).where(Handover.team_id == team_id).order_by(Handover.until_at.desc()).limit(SHOWN)
    return (await session.execute(found)).scalars().all()


async def reads(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[HandoverRead]:
    """Who has read these sheets, in their order."""
    found = select(HandoverRead).where(HandoverRead.handover_id.in_(ids)).order_by(HandoverRead.at)
    return (await session.execute(found)).unique().scalars().all()


async def corrections(session: AsyncSession, handover_id: UUID) -> Sequence[HandoverCorrection]:
    """What was added to a sheet, in its order."""
    found = select(HandoverCorrection).where(HandoverCorrection.handover_id == handover_id)
    return (await session.execute(found.order_by(HandoverCorrection.at))).unique().scalars().all()


async def read_by(session: AsyncSession, handover: Handover, person: Person) -> None:
    """This person says that they have read it. Said twice, the first time counts; nobody is chased any more."""
    new = insert(HandoverRead).values(handover_id=handover.id, person_id=person.id, at=clock.now())
    made = await session.execute(new.on_conflict_do_nothing().returning(HandoverRead.person_id))
    if made.scalar_one_or_none() is not None:
        audit.record(session, person.actor, "signed_for", "handover", handover.id)
    handover.chase_at = None


async def correct(session: AsyncSession, handover: Handover, person: Person, words: str) -> None:
    """Add to a sheet. What stands on it stays."""
    row = HandoverCorrection(id=uuid4(), handover_id=handover.id, person_id=person.id, at=clock.now(), words=words)
    session.add(row)
    audit.record(session, person.actor, "corrected", "handover", handover.id)
    await session.flush()


async def claim_unread(session: AsyncSession) -> Sequence[Handover]:
    """Sheets that somebody should have read by now. From now on somebody was reminded."""
    due = select(Handover).where(Handover.chase_at <= clock.now()).with_for_update(skip_locked=True)
    found = (await session.execute(due)).scalars().all()
    for one in found:
        one.chase_at, one.chased_at = None, clock.now()
    return found
