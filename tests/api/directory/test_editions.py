"""What a process has read of the directory holds until the directory changes, whoever changes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from api import settings
from api.database import connect, sqlalchemy_url, transaction
from api.directory import service
from api.directory.files.service import load
from api.directory.models import Edition
from api.directory.rules import Need, Place

FOLDER = settings.ROOT / "data/directory"


@pytest.fixture
def statements(db: str) -> Iterator[list[str]]:
    """What this process asks the database, as it asks."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    engine = connect().sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The directory, with Samaritans under another name."""
    for path in FOLDER.glob("*.yml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    document = yaml.safe_load((tmp_path / "crisis.yml").read_text(encoding="utf-8"))
    next(one for one in document["services"] if one["id"] == "samaritans")["name"] = "The Listeners"
    (tmp_path / "crisis.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return tmp_path


async def names() -> set[str]:
    async with transaction() as session:
        choice = await service.choose(session, Need.EMOTIONAL_SUPPORT, Place(), low_mood=True)
    return {option.listing.name for option in (*choice.options, *choice.beside)}


async def load_elsewhere(url: str, folder: Path, commit: bool = True) -> None:
    """As another process loads: over a connection that this one knows nothing of."""
    engine = create_async_engine(sqlalchemy_url(url))
    async with AsyncSession(engine) as session:
        await load(session, folder)
        await (session.commit() if commit else session.rollback())
    await engine.dispose()


async def test_services_are_read_once_and_then_only_the_edition_is_asked_for(statements: list[str]) -> None:
    await names()
    statements.clear()
    await names()
    assert len(statements) == 1
    assert "directory_editions" in statements[0]


async def test_what_another_process_loads_is_told_at_once(db: str, changed: Path) -> None:
    assert "Samaritans" in await names()
    await load_elsewhere(db, changed, commit=False)
    assert "Samaritans" in await names(), "nothing was changed after all"
    await load_elsewhere(db, changed)
    assert "The Listeners" in await names()
    assert "Samaritans" not in await names()
    await load_elsewhere(db, FOLDER)
    assert "Samaritans" in await names()


async def test_there_is_one_edition_and_loading_the_same_again_makes_no_other(db: str, changed: Path) -> None:
    async with transaction() as session:
        before = (await session.execute(select(Edition.id))).scalar_one()
        await load(session, FOLDER)
        assert (await session.execute(select(Edition.id))).scalar_one() == before
    async with transaction() as session:
        await load(session, changed)
    async with transaction() as session:
        assert (await session.execute(select(func.count()).select_from(Edition))).scalar_one() == 1
        assert (await session.execute(select(Edition.id))).scalar_one() != before
