"""Jobs that meet: two who begin, one that was taken for dead, and an assistant that cannot follow."""

import asyncio

import pytest

from api import settings
from api.clients import rasa
from api.database import transaction
from api.errors import Conflict
from api.review.learning import jobs, releases
from api.review.learning.models import Release
from api.review.learning.schemas import Built
from tests.api.review.learning.test_releases import CALM, SUMMARY, activate, approve, in_use, measured, person


async def test_a_job_that_was_taken_for_dead_changes_nothing_of_what_another_has_built(db: str) -> None:
    officer, release_id = await person("safety"), await measured(CALM)
    await approve(release_id, officer)
    await activate(release_id, officer)
    built = Built.model_validate(
        {"data": "elsewhere", "model": None, "before": SUMMARY, "after": SUMMARY, "compared": CALM}
    )
    async with transaction() as session:
        await releases.fail(session, release_id, "It stopped without a word.")
        await releases.finish(session, release_id, built.model_dump_json())
    assert (held := await in_use()) is not None
    assert (held.id, held.data_path, held.trouble) == (release_id, "data", None)


async def test_two_who_begin_at_once_begin_one(db: str) -> None:
    async def begun() -> Release:
        async with transaction() as session:
            row = await releases.begin(session, None)
            await asyncio.sleep(0.2)  # The other looks meanwhile.
            return row

    made = await asyncio.gather(begun(), begun(), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in made) == 1
    assert sum(isinstance(one, Release) for one in made) == 1


async def test_a_model_that_was_trained_for_another_program_is_not_in_use(db: str) -> None:
    officer = await person("safety")
    release_id = await measured(CALM, model="releases/1/models/nightlight-1-0123abcd.tar.gz")
    await approve(release_id, officer)
    await activate(release_id, officer)
    async with transaction() as session:
        assert await releases.model_in_use(session) == "releases/1/models/nightlight-1-0123abcd.tar.gz"
        (await releases.one(session, release_id)).base_mark = "older"
    async with transaction() as session:
        assert await releases.model_in_use(session) == settings.get().bot_model
        order = await releases.claim(session, (await releases.begin(session, None)).id)
        assert order is not None
        assert order.before_model == order.model


async def test_a_model_that_the_assistant_cannot_load_is_an_alarm_on_the_page(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def own() -> str:
        return "nightlight.tar.gz"

    async def refused(path: str) -> None:
        raise rasa.ModelRefused("This model cannot be loaded.")

    monkeypatch.setattr(rasa, "model", own)
    monkeypatch.setattr(rasa, "use_model", refused)
    officer, release_id = await person("safety"), await measured(CALM, model="releases/1/models/nightlight-1-01.tar.gz")
    await approve(release_id, officer)
    await activate(release_id, officer)
    await jobs.keep_assistant()
    assert (held := await in_use()) is not None
    assert held.trouble == "The assistant cannot use it. This model cannot be loaded."
