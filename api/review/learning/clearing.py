"""The files of releases that nobody needs go. What each was, and how well it heard, stays on record."""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, settings
from api.audit import service as audit
from api.review.learning import rules
from api.review.learning.models import Release

_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Clearing:
    """Whose files go, by number: those that were given up just now, and those of before, of which some may be left.

    `needed`: the paths that the other releases read. One that brought no training lines has the model of an older one.
    """

    now: int
    numbers: tuple[int, ...]
    needed: frozenset[str]


async def due(session: AsyncSession, newest: int, before: datetime, lock: bool = False) -> Sequence[Release]:
    """The releases whose files can go."""
    found = select(Release).where(Release.files_gone_at.is_(None)).order_by(Release.number)  # As a swap locks them.
    found = found.execution_options(populate_existing=lock)
    rows = (await session.execute(found.with_for_update(of=Release) if lock else found)).scalars().all()
    return rules.unneeded(rows[::-1], newest, before)


async def give_up(session: AsyncSession, newest: int, before: datetime) -> Clearing:
    """From commit on these can never be put in use. Only then may their files be deleted."""
    gone = await due(session, newest, before, lock=True)
    for row in gone:
        row.files_gone_at = clock.now()
        audit.record(session, "job:retention", "gave_up_release_files", "release", row.id, number=row.number)
    await session.flush()
    rows = (await session.execute(select(Release).order_by(Release.number))).scalars().all()
    stay = [one for one in rows if one.files_gone_at is None]
    needed = frozenset(path for one in stay for path in (one.data_path, one.model_path) if path)
    return Clearing(len(gone), tuple(one.number for one in rows if one.files_gone_at is not None), needed)


def clear(wanted: Clearing) -> None:
    """Delete the files. What cannot be deleted is tried again the next night."""
    folder = settings.get().releases_dir.absolute()
    for name in (f"{number}{ending}" for number in wanted.numbers for ending in ("", ".part", ".json")):
        try:
            _delete(folder / name, wanted.needed)
        except OSError as error:
            _log.warning("release_files_not_deleted", path=str(folder / name), why=type(error).__name__)


def _delete(path: Path, needed: Collection[str]) -> None:
    """With all that it holds, but for what is needed."""
    if str(path) in needed:
        return
    if any(Path(one).is_relative_to(path) for one in needed):
        for part in path.iterdir() if path.is_dir() else ():
            _delete(part, needed)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
