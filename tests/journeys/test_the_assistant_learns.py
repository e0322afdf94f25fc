"""The assistant gets the model of the release in use while turns go on, whoever restarted it meanwhile."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from api import clock, settings
from api.clients import rasa
from api.clients.rasa import BotUnavailable
from api.database import transaction
from api.review.learning import jobs, patching
from api.review.learning.models import Release
from tests.harness.assistant import MODEL
from tests.harness.line import configure

pytestmark = pytest.mark.timeout(400)
BASE = "bot/models/nightlight.tar.gz"
SAID = ("i need a break", "how do i claim carers allowance", "thank you", "can someone sit with him at night")


@pytest.fixture
async def own_model(assistant: str) -> AsyncIterator[None]:
    """What stands before is there afterwards: the same Rasa serves other tests."""
    before = os.environ.get("NIGHTLIGHT_BOT_TIMEOUT_SECONDS", "6.0")
    configure(bot_timeout_seconds="60")  # What a test is about is never how fast the machine is.
    yield
    await rasa.use_model(BASE)
    configure(bot_timeout_seconds=before)


async def carer(stop: asyncio.Event) -> list[bool]:
    """Somebody who writes until stopped, three times at least. Returns of each message whether it was answered."""
    dialogue, answered = str(uuid4()), list[bool]()
    while not stop.is_set() or len(answered) < 3:
        try:
            turn = await rasa.ask(dialogue, uuid4(), SAID[len(answered) % len(SAID)], "sms")
        except BotUnavailable:
            answered.append(False)
        else:
            answered.append(bool(turn.replies and turn.intent))
    return answered


async def test_another_model_is_taken_under_turns_and_none_fails(db: str, own_model: None, tmp_path: Path) -> None:
    learned = Path(shutil.copy(MODEL, tmp_path / "nightlight-1-0123abcd.tar.gz"))
    now = clock.now()
    async with transaction() as session:
        session.add(
            Release(
                state="live",
                proposal_ids=[],
                model_path=str(learned),
                begun_at=now,
                stirred_at=now,
                activated_at=now,
                base_mark=patching.mark(settings.get().data_dir),
            )
        )
    assert await rasa.model() == Path(BASE).name

    stop = asyncio.Event()
    carers = [asyncio.create_task(carer(stop)) for _ in range(3)]
    await asyncio.sleep(1)
    await jobs.keep_assistant()
    assert await rasa.model() == learned.name
    await asyncio.sleep(1)
    stop.set()
    turns = [one for answered in await asyncio.gather(*carers) for one in answered]
    assert all(turns)

    # A Rasa that was killed starts with its own model; the next look gives it the one that is in use.
    await rasa.use_model(BASE)
    await jobs.keep_assistant()
    assert await rasa.model() == learned.name
    assert settings.get().bot_model == BASE


async def test_nobody_changes_the_model_without_the_token(assistant: str) -> None:
    address, token = f"{assistant}/webhooks/nightlight/model", settings.get().bot_token.get_secret_value()
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}x"}) as http:
        assert (await http.get(address)).status_code == 401
        assert (await http.put(address, json={"model_file": BASE})).status_code == 401
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
        for body in (b"", b"[]", b"{}"):
            assert (await http.put(address, content=body)).status_code == 400


async def test_a_model_that_cannot_be_loaded_changes_nothing(own_model: None, tmp_path: Path) -> None:
    before = await rasa.model()
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no model")
    for path in (broken, tmp_path / "nothing.tar.gz", tmp_path):
        with pytest.raises(BotUnavailable, match="cannot be loaded"):
            await rasa.use_model(str(path))
    assert await rasa.model() == before
    assert (await rasa.ask(str(uuid4()), uuid4(), "thank you", "sms")).replies
