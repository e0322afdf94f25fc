"""Kill -9 of each process while messages arrive, and of PostgreSQL: nothing that was acknowledged is lost.

The processes are real, as the Procfile starts them; only the carrier is pretended, in the test's own process. The
sender repeats a message until it is answered 200. Twilio itself tries again only when it cannot connect, or calls a
fallback address; what it then has and we lack must be found by asking it, which is not tested here.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api import clock, commands, database
from tests.harness import carrier as carriers
from tests.harness import postgres
from tests.harness.assistant import ROOT
from tests.harness.carrier import StandingCarrier
from tests.harness.line import PAGER, configure
from tests.harness.ports import free_port
from tests.harness.processes import NAMES, Processes, processes
from tests.harness.storm import Letter, Outcome, arrive, finished, outcome

CRISES = (
    "hes stopped breathing pls help",
    "she is choking and cant breathe",
    "theres blood everywhere and it wont stop",
    "shes unconscious and i cant wake her",
)
EVERYDAY = (
    "can i get any money for looking after him",
    "who can sit with her one night so i can sleep",
    "what time is coronation street on",
    "my wife died last week",
    "who reads these messages",
)
PERSON = "can i talk to a real person please"
SECONDS = 48.0
# When each process dies, in seconds after the first message. Rasa takes about twenty seconds to come back.
DEATHS = ((4.0, "bot"), (10.0, "web"), (16.0, "worker"), (30.0, "actions"), (35.0, "web"), (41.0, "worker"))
DEAD_SECONDS = 1.0
CUT_EVERYBODY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Ends when the web process and both of the worker's queues listen again.
ALL_LISTEN = """
    DO $$ BEGIN
      WHILE 3 > (SELECT count(*) FROM pg_stat_activity
                  WHERE datname = current_database() AND query LIKE 'LISTEN %') LOOP
        PERFORM pg_sleep(0.2), pg_stat_clear_snapshot();
      END LOOP;
    END $$
"""
PATIENCE = 40.0  # Leases of 15 seconds, a sweep each 2, and a busy machine.


def letters() -> list[Letter]:
    """200 texts from 200 numbers. Three of the 20 crises come in the same moment as each death."""
    moments = [at + shift for at, _ in DEATHS for shift in (-0.05, 0.0, 0.05)] + [24.0, 46.0]
    crises = [Letter(at, _number(place), CRISES[place % len(CRISES)]) for place, at in enumerate(moments)]
    everyday = [Letter(place * SECONDS / 180, _number(20 + place), EVERYDAY[place % 5]) for place in range(180)]
    for letter in everyday[9::18]:
        letter.words = PERSON
    for letter in crises[::5] + everyday[::30]:
        letter.twice = True
    return crises + everyday


def _number(place: int) -> str:
    return f"+447700900{300 + place}"


@asynccontextmanager
async def line(folder: Path, url: str, bot_url: str, *names: str) -> AsyncIterator[tuple[Processes, StandingCarrier]]:
    """These processes, ready, and the carrier that is in none of them."""
    clock.reset()
    configure(database_url=url)
    await commands.load()
    port = free_port()
    with processes(folder, url, bot_url, f"http://127.0.0.1:{port}") as running:
        secret, account = os.environ["NIGHTLIGHT_TWILIO_AUTH_TOKEN"], os.environ["NIGHTLIGHT_TWILIO_ACCOUNT_SID"]
        carrier = StandingCarrier(secret, account, running.url("web"), {PAGER: "/twilio/pager"})
        try:
            async with carriers.served(port, carrier):
                running.start(*names)
                await asyncio.to_thread(running.wait, *names)
                yield running, carrier
        finally:
            await database.disconnect()


async def kill_in_turn(running: Processes) -> None:
    """Kill each process at its time and start it again a second later, as whoever keeps it would."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    for at, name in DEATHS:
        await asyncio.sleep(start + at - loop.time())
        running.kill(name)
        await asyncio.sleep(DEAD_SECONDS)
        running.start(name)


def report(name: str, found: Outcome, record: Callable[[str, object], None], **more: Any) -> None:
    """Put the figures where people look: the terminal, the results of the run, and var/reports."""
    figures = found.figures() | more
    record(name, figures)
    folder = ROOT / "var/reports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"\n{name}: " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in figures.items()))


def check(found: Outcome, sent: int, crises: int) -> None:
    """What must hold however the line was treated."""
    assert found.lost == []
    assert found.stored == sent, "each message is kept once, however often it came"
    assert found.unanswered == []
    assert found.unpaged == []
    assert sum(found.escalations.values()) - found.escalations["human_request"] == crises


@pytest.mark.slow
@pytest.mark.rasa
@pytest.mark.timeout(300)
async def test_nothing_is_lost_when_each_process_is_killed_in_turn(
    postgres_url: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    everything = letters()
    with postgres.fresh_database(postgres_url) as url, postgres.fresh_database(postgres_url) as bot_url:
        async with line(tmp_path, url, bot_url, *NAMES) as (running, carrier):
            await asyncio.gather(arrive(carrier, everything), kill_in_turn(running))
            took = await finished(PATIENCE)
            found = await outcome(carrier, everything)
            with capsys.disabled():
                report("kill", found, record_property, settled_seconds=round(took, 1), deaths=len(DEATHS))
            check(found, len(everything), crises=20)
            assert all(running.is_alive(name) for name in NAMES)


async def torment(server: postgres.CrashingServer, url: str) -> None:
    """Kill the whole database server, start it again two seconds later; then cut every connection that it has.

    After that, all who wait for notices must come back by themselves: the web process, and the worker for each queue.
    """
    await asyncio.sleep(3)
    await asyncio.to_thread(server.crash)
    await asyncio.sleep(2)
    await asyncio.to_thread(server.start)
    await asyncio.sleep(5)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(CUT_EVERYBODY)
        async with asyncio.timeout(20):
            await connection.execute(ALL_LISTEN)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_nothing_that_was_acknowledged_is_lost_when_the_database_dies(
    tmp_path: Path, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    everyday = [Letter(place * 0.25, _number(place), EVERYDAY[place % 5]) for place in range(60)]
    crises = [Letter(1.0 + place, _number(60 + place), CRISES[place % 4]) for place in range(12)]
    with postgres.crashing_server() as server:
        url = postgres.with_database(server.url, "crash")
        postgres.prepare(url)
        async with line(tmp_path, url, url, "web", "worker") as (running, carrier):
            await asyncio.gather(arrive(carrier, everyday + crises), torment(server, url))
            took = await finished(PATIENCE)
            found = await outcome(carrier, everyday + crises)
            with capsys.disabled():
                report("database", found, record_property, settled_seconds=round(took, 1))
            check(found, len(everyday + crises), crises=12)
            assert all(running.is_alive(name) for name in ("web", "worker")), "both go on by themselves"
