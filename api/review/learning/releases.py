"""Releases: built from everything that was accepted, measured, approved, put in use, and taken back in one step."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live, queue, settings
from api.audit import service as audit
from api.errors import Conflict, Invalid, NotFound
from api.people.models import Person
from api.review.judging import service as judging
from api.review.learning import ledger, patching, rules, service
from api.review.learning.models import Release
from api.review.learning.rules import UNDER_WAY, Stage
from api.review.learning.schemas import Built, Order

LOST_AFTER = timedelta(minutes=2)  # Without a sign of life of its job, a release is built again.
MOST_ATTEMPTS = 3
LISTED = 20
UNCLAIMED = "waiting for a worker that can build"
NO_FILES = "Its files are deleted, so that it can no longer be put in use. Build a release again."
OTHER_DATA = "The program has other data of its own since this was built. Build a release again."


async def begin(session: AsyncSession, person: Person | None, quick: int = 0, wake: bool = True) -> Release:
    """A release of everything that is accepted now. Raises Conflict while one is built.

    `wake`: for the worker to build; otherwise whoever begins it builds it.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("releases"))))
    if (await session.execute(select(Release.id).where(Release.state.in_(UNDER_WAY)))).first():
        raise Conflict("A release is being built already.")
    now = clock.now()
    ids = [one.id for one in await service.accepted(session)]
    release = Release(proposal_ids=ids, quick=quick, built_by=person, begun_at=now, stirred_at=now, progress=UNCLAIMED)
    session.add(release)
    await session.flush()
    await session.refresh(release, ["number"])
    audit.record(session, _actor(person), "began_release", "release", release.id, number=release.number)
    if wake:
        await queue.wake(session, "learning.build", queue.LEARNING, release_id=str(release.id))
    return release


def _actor(person: Person | None) -> str:
    return person.actor if person else "service:operator"


async def one(session: AsyncSession, release_id: UUID, lock: bool = False) -> Release:
    """A release. Raises NotFound."""
    found = select(Release).where(Release.id == release_id).execution_options(populate_existing=lock)
    row = (await session.execute(found.with_for_update(of=Release) if lock else found)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such release.")
    return row


async def numbered(session: AsyncSession, number: int) -> Release:
    """A release by its number. Raises NotFound."""
    row = (await session.execute(select(Release).where(Release.number == number))).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no release of this number.")
    return row


async def newest(session: AsyncSession) -> Sequence[Release]:
    """The newest releases, the newest first."""
    return (await session.execute(select(Release).order_by(Release.number.desc()).limit(LISTED))).scalars().all()


async def in_use(session: AsyncSession) -> Release | None:
    """The release that every process goes by. None: the program's own data."""
    return (await session.execute(select(Release).where(Release.state == Stage.LIVE))).scalar_one_or_none()


async def model_in_use(session: AsyncSession) -> str | None:
    """The model that the assistant must have. None: nothing was ever put in use, so it has the one it started with."""
    if (await session.execute(select(Release.id).where(Release.activated_at.is_not(None)).limit(1))).first() is None:
        return None
    return _model_of(await in_use(session)) or settings.get().bot_model


def _model_of(row: Release | None) -> str | None:
    """The model that a release brings. A model holds the answers and rules of the program that it was trained with:
    once the program has others, its own model goes before, until a release is built again."""
    return row.model_path if row and row.model_path and not is_of_other_data(row) else None


async def claim(session: AsyncSession, release_id: UUID) -> Order | None:
    """What the job has to do. None: nothing, or another job does it."""
    row = await one(session, release_id, lock=True)
    now = clock.now()
    if row.state not in UNDER_WAY or (row.attempts and row.stirred_at > now - LOST_AFTER):
        return None
    if row.attempts >= MOST_ATTEMPTS:
        _fail(session, row, "It was begun three times and never finished. See the worker's log.")
        return None
    row.attempts, row.stirred_at, row.state, row.progress = row.attempts + 1, now, Stage.BUILDING, "beginning"
    before = await in_use(session)
    row.compared_with_id = before.id if before else None
    row.base_mark = patching.mark(settings.get().data_dir)
    return await _order(session, row, before)


async def _order(session: AsyncSession, row: Release, before: Release | None) -> Order:
    wanted = settings.get()
    proposals = await service.to_build(session, row)
    misses = [service.miss(one) for one in await service.of_misses(session) if one.id not in row.proposal_ids]
    own = settings.ROOT / wanted.bot_model
    return Order(
        number=row.number,
        base=wanted.data_dir,
        folder=wanted.releases_dir.absolute() / str(row.number),
        changes=[service.change(one) for one in proposals],
        misses=[one for one in misses if one is not None],
        before_data=Path(before.data_path) if before and before.data_path else wanted.data_dir,
        before_model=Path(_model_of(before) or own),
        model=own,
        quick=row.quick,
    )


async def stir(session: AsyncSession, release_id: UUID, words: str, state: Stage = Stage.BUILDING) -> None:
    """The job is alive, and this far."""
    changed = update(Release).where(Release.id == release_id, Release.state.in_(UNDER_WAY))
    await session.execute(changed.values(stirred_at=clock.now(), progress=words, state=state))


async def finish(session: AsyncSession, release_id: UUID, result: str) -> None:
    """It is built and measured. `result`: a `Built`, as JSON."""
    built = Built.model_validate_json(result)
    row = await one(session, release_id, lock=True)
    if row.state not in UNDER_WAY:
        return  # It was taken for dead, and another job has ended this.
    row.data_path, row.model_path = str(built.data), str(built.model) if built.model else None
    row.before, row.after, row.compared = built.before, built.after, built.compared
    row.state, row.progress, row.trouble = Stage.EVALUATED, "", None
    audit.record(session, "job:learning", "measured_release", "release", row.id, number=row.number)


async def fail(session: AsyncSession, release_id: UUID, trouble: str) -> None:
    """It could not be built."""
    row = await one(session, release_id, lock=True)
    if row.state in UNDER_WAY:
        _fail(session, row, trouble)


def _fail(session: AsyncSession, row: Release, trouble: str) -> None:
    row.state, row.progress, row.trouble = Stage.FAILED, "", trouble
    audit.record(session, "job:learning", "failed_release", "release", row.id, number=row.number)


async def lost(session: AsyncSession) -> Sequence[UUID]:
    """Those whose job has shown no sign of life for long: it was killed, or never ran."""
    found = select(Release.id).where(Release.state.in_(UNDER_WAY), Release.stirred_at < clock.now() - LOST_AFTER)
    return (await session.execute(found)).scalars().all()


async def obstacles(session: AsyncSession, row: Release) -> list[str]:
    """Why it cannot be approved, or put in use, now."""
    if row.compared is None:
        return ["It has not been measured."]
    before = await in_use(session)
    is_stale = row.compared_with_id != (before.id if before else None)
    quick = row.quick if settings.get().environment == "production" else 0
    old = [OTHER_DATA] if is_of_other_data(row) else []
    old += [NO_FILES] if row.files_gone_at else []
    return [*rules.obstacles(row.compared, quick, await unworded(session), is_stale), *old]


def is_of_other_data(row: Release) -> bool:
    """Whether the program has other data of its own than this release was made from: a new version was deployed."""
    return row.base_mark != patching.mark(settings.get().data_dir)


async def unworded(session: AsyncSession) -> int:
    """How many open misses of the ledger nobody has put into other words."""
    return await ledger.unworded(session, await service.of_misses(session))


async def approve(session: AsyncSession, person: Person, release_id: UUID, reason: str) -> Release:
    """Say yes to a release. Raises Conflict where it may not be, and Invalid where its costs need a reason."""
    row = await one(session, release_id, lock=True)
    if row.state != Stage.EVALUATED:
        raise Conflict("Only a release that was measured and not yet decided about can be approved.")
    if barred := await obstacles(session, row):
        raise Conflict(" ".join(barred))
    if not reason and (costs := list(rules.costs(row.compared or {}))):
        raise Invalid(f"Say why it is worth {' and '.join(costs)}")
    row.state, row.approved_by, row.approved_at, row.reason = Stage.APPROVED, person, clock.now(), reason or None
    if settings.get().learning_repository:
        await queue.wake(session, "learning.commit", queue.LEARNING, release_id=str(row.id))
    audit.record(session, person.actor, "approved_release", "release", row.id, number=row.number)
    return row


async def activate(session: AsyncSession, person: Person | None, release_id: UUID) -> Release:
    """Put an approved release in use: every process hears of it at commit."""
    held = await _held(session)
    row = await one(session, release_id, lock=True)
    if row.state != Stage.APPROVED:
        raise Conflict("Only an approved release can be put in use.")
    if row.compared_with_id != (held.id if held else None):
        raise Conflict("Another release was put in use since it was compared. Build it again.")
    if is_of_other_data(row):
        raise Conflict(OTHER_DATA)
    if held is not None:
        held.state, held.retired_at = Stage.RETIRED, clock.now()
        await session.flush()
    row.state, row.activated_by, row.activated_at = Stage.LIVE, person, clock.now()
    row.replaced_id, row.trouble, row.troubled_at = held.id if held else None, None, None
    brought = await service.to_build(session, row)
    await ledger.mend(session, row.id, [one for one in brought if one.should])
    await _tell(session, person, "activated_release", row)
    return row


async def roll_back(session: AsyncSession, person: Person | None, release_id: UUID | None = None) -> Release | None:
    """Go back to what was in use before. Returns that release; None: the program's own data.

    `release_id`: only if this one is in use, so that two who go back at once go back one step.
    """
    held = await _held(session)
    if held is None:
        raise Conflict("No release is in use: the line goes by the program's own data.")
    if release_id is not None and held.id != release_id:
        raise Conflict("This release is not in use.")
    if nowhere := await no_way_back(session, held):
        raise Conflict(nowhere)
    held.state, held.retired_at = Stage.RETIRED, clock.now()
    await session.flush()
    before = await one(session, held.replaced_id, lock=True) if held.replaced_id else None
    if before is not None:
        before.state, before.trouble, before.troubled_at = Stage.LIVE, None, None
    await judging.reopened(session, held.id)
    await _tell(session, person, "rolled_back_release", held)
    return before


async def no_way_back(session: AsyncSession, row: Release) -> str:
    """Why a release cannot be taken back. "": it can."""
    before = await one(session, row.replaced_id) if row.replaced_id else None
    if before is None or before.files_gone_at is None:
        return ""
    return f"The files of release {before.number}, which was in use before, are deleted. Build a release again."


async def _held(session: AsyncSession) -> Release | None:
    """The release in use, locked: two people who change it at once come one after the other."""
    await session.execute(select(Release.id).order_by(Release.number).with_for_update(of=Release))
    return await in_use(session)


async def _tell(session: AsyncSession, person: Person | None, action: str, row: Release) -> None:
    await session.flush()
    audit.record(session, _actor(person), action, "release", row.id, number=row.number)
    await live.changed(session, live.RELEASE, live.BOARD)


async def trouble(session: AsyncSession, release_id: UUID, words: str) -> None:
    """Something about it failed that keeps nobody from using it. It stands on the page until it is put in use."""
    mine = update(Release).where(Release.id == release_id)
    await session.execute(mine.values(trouble=words, troubled_at=None))


async def cannot_use(session: AsyncSession, release_id: UUID, words: str) -> None:
    """A process, or the assistant, cannot use it and goes on with what it had. It says so again as long as that is so.

    What was said first stays until it is over; then whatever else is still said takes its place.
    """
    row, now = await one(session, release_id, lock=True), clock.now()
    standing = rules.alarm(row.trouble, row.troubled_at, now)
    if standing in ("", words):
        row.trouble, row.troubled_at = words, now
    if not standing:
        await live.changed(session, live.BOARD)
