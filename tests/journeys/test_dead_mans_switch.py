"""A worker is killed, then PostgreSQL: `api watch`, apart from both, texts the lead straight through the carrier."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from api import clock, commands, database
from tests.harness import carrier as carriers
from tests.harness import postgres
from tests.harness.assistant import start
from tests.harness.carrier import StandingCarrier
from tests.harness.line import LEAD, PAGER, configure
from tests.harness.ports import free_port
from tests.harness.processes import processes

QUICK = {"NIGHTLIGHT_WATCH_SECONDS": "0.5", "NIGHTLIGHT_SILENT_AFTER_SECONDS": "6"}
PATIENCE = 60  # Seconds. A loaded machine is slow, not wrong.


async def told(carrier: StandingCarrier, of: str) -> list[str]:
    """What the lead has been texted once it has been of this part."""
    for _ in range(PATIENCE * 5):
        words = [one.body for _, one in carrier.handed_over if one.to == LEAD]
        if any(f"no sign of life from: {of}" in one for one in words):
            return words
        await asyncio.sleep(0.2)
    raise AssertionError(f"the lead was not told of the {of}")


async def noted(file: Path, holding: str) -> None:
    """Wait until the watch's file says so."""
    for _ in range(PATIENCE * 5):
        if await asyncio.to_thread(lambda: file.exists() and holding in file.read_text("utf-8")):
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{file.name} never held {holding}")


@pytest.mark.slow
async def test_a_killed_worker_and_a_stopped_database_wake_the_lead(tmp_path: Path) -> None:
    clock.reset()
    port, file = free_port(), tmp_path / "watch.json"
    with postgres.crashing_server() as server:
        url = postgres.with_database(server.url, "nightlight")
        await asyncio.to_thread(postgres.prepare, url)
        configure(database_url=url)
        await commands.load()
        await database.disconnect()
        with processes(tmp_path, url, url, f"http://127.0.0.1:{port}") as running:
            secret, account = os.environ["NIGHTLIGHT_TWILIO_AUTH_TOKEN"], os.environ["NIGHTLIGHT_TWILIO_ACCOUNT_SID"]
            carrier = StandingCarrier(secret, account, running.url("web"), {PAGER: "/twilio/pager"})
            async with carriers.served(port, carrier):
                running.settings |= QUICK | {"NIGHTLIGHT_WATCH_FILE": str(file)}
                running.start("worker")
                command = [sys.executable, "-m", "api.commands", "watch"]
                running.running["watch"] = start(command, tmp_path / "watch.log", "", **running.settings)
                await noted(file, LEAD)

                running.kill("worker")
                words = await told(carrier, "worker")
                await asyncio.sleep(2)
                assert len([one.body for _, one in carrier.handed_over if one.to == LEAD]) == len(words) == 1, "once"

                running.start("worker")
                await noted(file, '"told_at": null')
                await asyncio.to_thread(server.crash)
                await told(carrier, "database")
