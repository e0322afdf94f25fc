"""The folders of old releases go at night, and nobody can put in use, or go back to, what is no longer there."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from api import clock, settings
from api.console.review.learning import presenters
from api.database import transaction
from api.errors import Conflict
from api.privacy import jobs
from api.privacy.retention import service as retention
from api.review.learning import releases
from api.review.learning.rules import Stage
from tests.api.review.learning.test_releases import CALM, activate, approve, measured, on_record, person

NIGHT = date(2026, 12, 1)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where releases are built."""
    monkeypatch.setattr(settings.get(), "releases_dir", tmp_path)
    return tmp_path


async def built(folder: Path, model: Path | None = None) -> tuple[UUID, Path]:
    """A release that was measured, with its folder whole. `model`: that of an older release, which it goes by."""
    release_id = await measured(CALM)
    async with transaction() as session:
        row = await releases.one(session, release_id)
        root = folder / str(row.number)
        for name in ("data/triage/priorities.yml", "models/nightlight.tar.gz"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("x", encoding="utf-8")
        root.with_name(f"{root.name}.json").write_text("{}", encoding="utf-8")
        row.data_path, row.model_path = str(root / "data"), str(model or root / "models/nightlight.tar.gz")
    return release_id, root


async def retained(night: date) -> int:
    """Of how many releases a night has given up the files."""
    assert await jobs.retain(night)
    async with transaction() as session:
        (run,) = [one for one in await retention.runs(session) if one.night == night]
        return int(run.counts.get("release_files", {"done": 0})["done"])


async def test_old_files_go_and_a_model_only_when_no_newer_release_has_it(db: str, folder: Path) -> None:
    officer, made = await person("safety"), list[tuple[UUID, Path]]()
    for _ in range(3):
        made.append(await built(folder, made[0][1] / "models/nightlight.tar.gz" if len(made) == 2 else None))
        await approve(made[-1][0], officer)
        await activate(made[-1][0], officer)
    (first, oldest), (second, before), (third, live) = made
    failed, others = await built(folder), [await built(folder) for _ in range(4)]
    assert await retained(NIGHT) == 0, "some process may still be reading the oldest"

    clock.move(timedelta(days=8))
    async with transaction() as session:
        assert (await retention.due(session))["release_files"] == 1
    assert await retained(NIGHT + timedelta(days=8)) == 1
    assert [path.name for path in oldest.iterdir()] == ["models"], "the one in use has this model"
    assert not oldest.with_name(f"{oldest.name}.json").exists()
    assert all((root / "data").exists() for root in (before, live, failed[1], *(root for _, root in others)))
    assert (await on_record(first))[-1] == "gave_up_release_files"

    async with transaction() as session:
        gone = await releases.one(session, first)
        assert releases.NO_FILES in await releases.obstacles(session, gone)
        assert "it can no longer be put in use" in presenters.release(gone, clock.now()).facts
        (await releases.one(session, failed[0])).state = Stage.FAILED
        assert await releases.roll_back(session, None, third) is not None
        assert "are deleted" in await releases.no_way_back(session, await releases.one(session, second))
        with pytest.raises(Conflict, match="Build a release again"):
            await releases.roll_back(session, None)
    await built(folder)
    clock.move(timedelta(days=8))
    assert await retained(NIGHT + timedelta(days=16)) == 2, "what failed, and what was taken back"
    assert not any(root.exists() for root in (oldest, live, failed[1]))
    assert (before / "data").exists()
