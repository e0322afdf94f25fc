"""The rules of `data/privacy/retention.yml`, a night's run of them, and what each has done."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

import yaml
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.audit import service as audit
from api.errors import BadData
from api.privacy.holds import service as holds
from api.privacy.models import RetentionRun
from api.privacy.retention.kinds import KINDS
from api.privacy.retention.rules import LEASE, Plan, Rule
from api.privacy.retention.schemas import RetentionFile
from api.review.learning import clearing

ACTOR = "job:retention"
ASSISTANT = "assistant_memory"  # Stands in a database of its own: see privacy.erasing.memory.
RELEASE_FILES = "release_files"  # Stand in a folder: see review.learning.clearing.
MORE_ROWS = 20  # Where nothing hangs from a row, so many times as many go in one transaction.
SHOWN = 14  # Nights.


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction has done with a kind, and how far that got."""

    done: int
    since: datetime


@cache
def plan() -> Plan:
    """The rules as they stand in the file. Raises BadData."""
    path = settings.get().data_dir / "privacy/retention.yml"
    try:
        read = RetentionFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).plan()
    except (OSError, KeyError, ValidationError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error
    known = {*KINDS, ASSISTANT, RELEASE_FILES}
    if {rule.kind for rule in read.carried_out} != known:
        raise BadData(f"{path.name} must have a rule that deletes or blanks for each of: {', '.join(sorted(known))}")
    return read


async def claim(session: AsyncSession, night: date) -> RetentionRun | None:
    """This night's run, ours until its lease ends. None: it is done, or another worker is at it."""
    now = clock.now()
    new = insert(RetentionRun).values(night=night, began_at=now, claimed_until=now, counts={})
    await session.execute(new.on_conflict_do_nothing(index_elements=[RetentionRun.night]))
    found = select(RetentionRun).where(RetentionRun.night == night, RetentionRun.ended_at.is_(None))
    found = found.where(RetentionRun.claimed_until <= now).with_for_update(skip_locked=True)
    run = (await session.execute(found)).scalar_one_or_none()
    if run is not None:
        run.claimed_until = now + LEASE
    return run


async def held(session: AsyncSession, rule: Rule) -> frozenset[UUID]:
    """What holds keep of a kind, with whatever else their people have written. Asked for once: it is a long search."""
    return await holds.held(session) if KINDS[rule.kind].is_conversation else frozenset()


async def batch(
    session: AsyncSession, run_id: UUID, rule: Rule, held: Collection[UUID], since: datetime | None
) -> Batch | None:
    """Do with some of what is due of a kind, and count it in the same transaction. None: nothing is left."""
    kind, now = KINDS[rule.kind], clock.now()
    most = plan().batch * (1 if kind.is_conversation else MORE_ROWS)
    rows = await kind.take(session, rule.before(now), held, since, most)
    if not rows:
        return None
    counts = await kind.act(session, [key for key, _ in rows], now)
    await count(session, run_id, rule.kind, len(rows), counts)
    return Batch(len(rows), rows[-1][1])


async def count(
    session: AsyncSession, run_id: UUID, kind: str, done: int, tables: Mapping[str, int] | None = None
) -> None:
    """Add to what a run has done, and keep it for as long again."""
    run = await session.get_one(RetentionRun, run_id, with_for_update=True)
    before = run.counts.get(kind, {"done": 0, "rows": {}})
    rows = Counter(before["rows"]) + Counter(tables or {})
    run.counts = {**run.counts, kind: {"done": before["done"] + done, "rows": dict(rows)}}
    run.claimed_until = clock.now() + LEASE


async def end(session: AsyncSession, run_id: UUID) -> None:
    """This night's run is done, on record with its counts."""
    run = await session.get_one(RetentionRun, run_id, with_for_update=True)
    run.ended_at = clock.now()
    done = {kind: counts["done"] for kind, counts in run.counts.items()}
    audit.record(session, ACTOR, "retained", "retention_run", run.id, **done)


async def due(session: AsyncSession) -> dict[str, int]:
    """How much of each kind would go now. Nothing is changed."""
    kept, now = await holds.held(session), clock.now()
    files = plan().rule(RELEASE_FILES)
    releases = await clearing.due(session, files.newest, files.before(now))
    return {kind: await _count_due(session, kind, kept, now) for kind in KINDS} | {RELEASE_FILES: len(releases)}


async def _count_due(session: AsyncSession, kind: str, held: Collection[UUID], now: datetime) -> int:
    found = KINDS[kind].due(plan().rule(kind).before(now), held).subquery()
    return (await session.execute(select(func.count()).select_from(found))).scalar_one()


async def runs(session: AsyncSession) -> Sequence[RetentionRun]:
    """The last nights' runs, the newest first."""
    found = select(RetentionRun).order_by(RetentionRun.night.desc()).limit(SHOWN)
    return (await session.execute(found)).scalars().all()
