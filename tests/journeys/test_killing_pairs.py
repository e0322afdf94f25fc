"""One of two web processes and one of two workers die every few seconds: each crisis is kept, raised and paged.

For two minutes at full strength, and what share goes out twice: `python -m tests.bench.kill`. How much a worker has in
hand when it dies depends on what else the machine does, so here as many are allowed as a worker does at once.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from api import commands, settings
from tests.harness import postgres
from tests.harness.line import configure
from tests.harness.pairs import crises_while_killing


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_each_crisis_is_raised_once_and_paged_while_pairs_of_processes_die(
    postgres_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with postgres.fresh_database(postgres_url) as url:
        configure(database_url=url)
        await commands.load()
        killing = await crises_while_killing(tmp_path, url, seconds=20, per_second=3, every=6)
    record_property("pairs", killing.figures())
    assert killing.faults == {}
    assert killing.deaths == 6
    assert killing.handed == 120, "one text and one call for each of 60 life threats"
    workers = killing.deaths // 2  # The other half were web processes.
    assert killing.handed_again <= workers * settings.get().worker_concurrency, "no more than each does at once"
