"""The lead is told that a part of the line is silent: once, again every 15 minutes, and without the database too."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api import clock, database, settings
from api.clients import twilio
from api.watch import jobs
from api.watch.jobs import Watch
from tests.harness.line import LEAD, configure
from tests.harness.stand_in import REFUSED, Carrier


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A file of the watch's own."""
    before = str(settings.get().watch_file)
    configure(watch_file=str(tmp_path / "watch.json"))
    (tmp_path / "watch.json").write_text("{", encoding="utf-8")  # Half written when the machine stopped.
    yield tmp_path / "watch.json"
    configure(watch_file=before)


@pytest.fixture(autouse=True)
def answering(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the carrier answers: the last of the list."""
    well = [True]

    async def answers() -> bool:
        return well[-1]

    monkeypatch.setattr(twilio, "answers", answers)
    return well


async def after(minutes: float, *watches: Watch) -> None:
    clock.move(timedelta(minutes=minutes))
    for one in watches:
        await one.look()


async def test_a_worker_that_is_silent_is_told_once_and_again_until_it_is_well(
    db: str, carrier: Carrier, file: Path
) -> None:
    await jobs.beat()
    web, apart = Watch(), Watch()
    await after(2, web, apart)
    assert carrier.taken == []

    await after(1, web, apart)
    assert len(carrier.to(LEAD)) == 1, "two that watch tell it once between them"
    (call,) = [call for call in carrier.rung if call.to == LEAD]
    assert "No sign of life from: worker." in call.twiml, "a call wakes where a text does not"
    assert "no sign of life from: worker" in carrier.to(LEAD)[0]
    await after(14, web, apart)
    assert len(carrier.to(LEAD)) == 1
    await after(1, web, apart)
    assert len(carrier.to(LEAD)) == 2

    await jobs.beat()
    await after(1, web, apart)
    await after(15, web, apart)
    assert len(carrier.to(LEAD)) == 3, "well for a while, and silent again: told anew"


async def test_without_the_database_the_numbers_of_its_last_answer_serve(db: str, carrier: Carrier, file: Path) -> None:
    await jobs.beat()
    watch = Watch()
    await watch.look()
    assert os.stat(file).st_mode & 0o077 == 0, "nobody else may read staff numbers"

    await database.disconnect()
    configure(database_url="postgresql://127.0.0.1:9/none")
    await after(2, watch)
    assert carrier.to(LEAD) == []
    await after(1, watch)
    assert ["no sign of life from: database" in words for words in carrier.to(LEAD)] == [True]
    await database.disconnect()
    configure(database_url=db)


async def test_who_could_not_be_told_is_told_at_the_next_look(
    db: str, carrier: Carrier, file: Path, answering: list[bool]
) -> None:
    watch = Watch()
    await watch.look()
    answering.append(False)
    await jobs.beat()
    clock.move(timedelta(minutes=2))
    await jobs.beat()
    carrier.no_calls = REFUSED
    await after(1, watch)
    carrier.no_calls = None
    texted = len(carrier.to(LEAD))

    await after(1, watch)
    assert "carrier" in carrier.to(LEAD)[-1]
    assert len(carrier.to(LEAD)) == texted + 1, "that a silent carrier took a text counts for nothing"


async def test_a_file_that_cannot_be_written_silences_nothing(db: str, carrier: Carrier, file: Path) -> None:
    watch = Watch()
    await watch.look()
    configure(watch_file="/proc/none/watch.json")
    await after(4, watch)
    await after(1, watch)
    assert len(carrier.to(LEAD)) == 1
