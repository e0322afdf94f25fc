"""The live board with 500 open calls beside a bare FastAPI page, and how soon 50 open consoles and the carrier know.

    python -m tests.bench.board

Makes a database of its own, fills it, starts the web process and the worker as they are run, and prints percentiles.
The consoles are another process, and the carrier and the acceptances are in this one: all share this machine. The
assistant is not running: it has no part in any of this. No test times this.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

import httpx
from sqlalchemy import select

from api import commands, database
from api.database import transaction
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import State
from tests.bench import crises
from tests.bench.bare import bare_program
from tests.bench.choosing import NOBODY
from tests.bench.consoles import consoles
from tests.bench.figures import percentile
from tests.bench.open_calls import fill, nurse
from tests.harness import carrier as carriers
from tests.harness import postgres
from tests.harness.assistant import Program
from tests.harness.carrier import ACCOUNT, StandingCarrier
from tests.harness.line import CARER, LINE, PAGER, configure
from tests.harness.ports import free_port
from tests.harness.processes import cpu_seconds, processes

BARE_PAGE, PAGE = "bare page, 500 lines in memory", "the board's page"
BARE_CHANGE, CHANGE = "bare stream: change to each console", "acceptance to each console"
CRISIS = "crisis committed to page at carrier"
GOALS = {PAGE: (0.95, 150.0), CHANGE: (0.95, 300.0), CRISIS: (0.99, 1000.0)}  # Which share within how many ms.
PER_SECOND = 2  # Crises.
WARM_UP = 5  # Pages, and changes.


class Taken:
    """What was measured, by name: each time in milliseconds, and the web process's milliseconds of processor each."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}
        self.processor: dict[str, float] = {}

    async def note(self, name: str, pid: int, times: int, work: Awaitable[list[float]]) -> None:
        """Do the work, which is so many pages or changes of a web process."""
        before = cpu_seconds(pid)
        self.times[name] = await work
        self.processor[name] = (cpu_seconds(pid) - before) * 1000 / times


async def opened(client: httpx.AsyncClient, path: str, times: int) -> list[float]:
    """Milliseconds from each request to the whole page."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        (await client.get(path)).raise_for_status()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def bare(taken: Taken, program: Program, number: int, times: int) -> None:
    """The floor."""
    pid = program.process.pid
    async with httpx.AsyncClient(base_url=program.url, timeout=60) as client:

        async def accept() -> float:
            began = time.perf_counter()
            (await client.post("/accept")).raise_for_status()
            return began

        await opened(client, "/", WARM_UP)
        await taken.note(BARE_PAGE, pid, times, opened(client, "/", times))
        async with consoles(f"{program.url}/events", {}, number) as watching:
            await watching.changes(WARM_UP, accept)
            await taken.note(BARE_CHANGE, pid, times, watching.changes(times, accept))


async def ours(taken: Taken, web: Program, number: int, times: int) -> None:
    """The board as a nurse gets it: signed in, over HTTP, from the database."""
    from tests.harness.staff import StaffBrowser  # It reads settings, which are only now what they should be.

    browser, pid = await StaffBrowser(web.url).sign_in(), web.process.pid
    browser.client.timeout = httpx.Timeout(60)
    await opened(browser.client, "/console", WARM_UP)
    await taken.note(PAGE, pid, times, opened(browser.client, "/console", times))
    async with consoles(f"{web.url}/console/events", dict(browser.client.cookies), number) as watching:
        await watching.changes(WARM_UP, accept_one)
        await taken.note(CHANGE, pid, times, watching.changes(times, accept_one))


async def accept_one() -> float:
    """Somebody takes the call that waits at the top of the board. Returns when this was about to be committed."""
    async with transaction() as session:
        waiting = select(Escalation.id).where(Escalation.state == State.WAITING).order_by(Escalation.priority).limit(1)
        person, call = await nurse(session), (await session.execute(waiting)).scalar_one()
        await escalations.accept(session, call, person, "bench")
        return time.perf_counter()


async def run(url: str, chosen: argparse.Namespace) -> bool:
    """Fill, measure and print. Returns whether every goal was met."""
    await commands.load()
    port, taken = free_port(), Taken()
    with tempfile.TemporaryDirectory(prefix="nightlight-bench-") as name:
        folder = Path(name)
        with bare_program(folder, chosen.calls) as program:
            await bare(taken, program, chosen.consoles, chosen.times)
        with processes(folder, url, url, f"http://127.0.0.1:{port}") as running:
            token = NOBODY["twilio_auth_token"]
            carrier = StandingCarrier(token, ACCOUNT, running.url("web"), {PAGER: "/twilio/pager"})
            async with carriers.served(port, carrier):
                running.start("web", "worker")
                await asyncio.to_thread(running.wait, "web")
                await carrier.send_in(
                    CARER, LINE, "hello", "", False
                )  # Taken in once phrases and model have been read.
                await crises.to_page(carrier, WARM_UP, PER_SECOND, "+4477007")
                taken.times[CRISIS] = await crises.to_page(carrier, chosen.crises, PER_SECOND, "+4477008")
                running.kill("worker")  # It would go on paging for all these.
                await fill(chosen.calls)
                await ours(taken, running.running["web"], chosen.consoles, chosen.times)
    await database.disconnect()
    if len(taken.times[CRISIS]) < chosen.crises:
        print(f"NOT PAGED within {crises.PATIENCE} s: {chosen.crises - len(taken.times[CRISIS])} of {chosen.crises}")
    return report(taken) and len(taken.times[CRISIS]) == chosen.crises


def report(taken: Taken) -> bool:
    """The table. Returns whether every goal was met."""
    print(f"{'ms':38}{'n':>6}{'p50':>8}{'p95':>8}{'p99':>8}{'web processor':>15}")
    for name, times in taken.times.items():
        found = "".join(f"{percentile(times, share):8.1f}" for share in (0.5, 0.95, 0.99))
        used = f"{taken.processor[name]:15.1f}" if name in taken.processor else ""
        print(f"{name:38}{len(times):6}{found}{used}")
    met = {name: percentile(taken.times[name], share) < most for name, (share, most) in GOALS.items()}
    for name, (share, most) in GOALS.items():
        print(f"{'met' if met[name] else 'MISSED':8}{name}: p{share * 100:.0f} under {most:g} ms")
    print("load: " + " ".join(f"{one:.1f}" for one in os.getloadavg()))
    return all(met.values())


def main() -> int:
    """Read the choices and measure; exit code 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--consoles", type=int, default=50)
    parser.add_argument("--times", type=int, default=30, help="pages, and acceptances")
    parser.add_argument("--crises", type=int, default=200)
    chosen = parser.parse_args()
    configure(**NOBODY)
    with postgres.server(durable=True) as server:
        postgres.make_template(server)
        with postgres.fresh_database(server) as url:
            configure(database_url=url)
            return 0 if asyncio.run(run(url, chosen)) else 1


if __name__ == "__main__":
    sys.exit(main())
