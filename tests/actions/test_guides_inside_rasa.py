"""A guide in real Rasa, with our rules and the real action server: the form begins, is left, and ends as it should."""

import asyncio
from pathlib import Path

import pytest

from tests.actions.conftest import StandInApi
from tests.actions.guided import OFFER, serve
from tests.bot.test_inside_rasa import run_inside
from tests.harness import assistant


@pytest.mark.slow
@pytest.mark.rasa
async def test_a_guide_is_led_by_rasa(api: StandInApi, tmp_path: Path) -> None:
    serve(api, offer=OFFER)
    actions = assistant.start_actions(tmp_path / "actions.log", api.url)
    try:
        await asyncio.to_thread(assistant.wait_for, actions, "/health")
        await asyncio.to_thread(run_inside, "check_guides", NIGHTLIGHT_TEST_ACTIONS_URL=actions.url)
    finally:
        actions.kill()
