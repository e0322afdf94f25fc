"""How long the live board takes with 500 open calls, and until 50 open consoles show what has changed.

    python -m tests.bench.board

Makes a database of its own, fills it, and prints p50 and p95. The web process, its database and the browsers share this
machine and this process, so the second figure is worse than a served one. No test times this.
"""

import argparse
import asyncio
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, commands, database
from api.clients import twilio
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.database import transaction
from api.escalations import service as escalations
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import Event, State
from api.paging.models import Page
from api.people.models import Person
from api.triage.rules import Priority
from tests.bench.choosing import NOBODY
from tests.bench.figures import percentile
from tests.harness import postgres
from tests.harness.line import configure, serve
from tests.harness.ports import free_port

if TYPE_CHECKING:
    from tests.harness.staff import StaffBrowser

RENDER_GOAL, CHANGE_GOAL = 150.0, 300.0  # Milliseconds: the first for each page, the second p95.
KINDS = (Event.RAISED, Event.PAGED, Event.PAGED, Event.PAGE_FAILED, Event.PAGED, Event.ACCEPT_LATE)


async def fill(number: int) -> None:
    """Open calls of every priority, each with a timeline and a page."""
    async with transaction() as session:
        nurse = (await session.execute(select(Person).where(Person.name == "Demo Nurse One"))).scalar_one()
        for place in range(number):
            await _call(session, nurse, place)


async def _call(session: AsyncSession, nurse: Person, place: int) -> None:
    at, priority = clock.now() - timedelta(minutes=place % 90), list(Priority)[place % 5]
    conversation = Conversation(
        team=nurse.team, channel=Channel.SMS, address=f"+4477009{place:05}", opened_at=at, last_message_at=at
    )
    session.add(conversation)
    await session.flush()
    call = Escalation(
        conversation_id=conversation.id, team_id=nurse.team_id, team_code="demo", state=State.WAITING,
        priority=priority, category="breathlessness", raised_at=at, asked_at=at, page_words="page",
        ladder_step=1, silent=False,
    )  # fmt: skip
    session.add(call)
    await session.flush()
    for kind in KINDS:
        session.add(TimelineEvent(escalation_id=call.id, at=at, kind=kind, actor="job:bench", detail={}))
    session.add(Page(escalation_id=call.id, person=nurse, rung="on_call", code=place + 1, placed_at=at))
    await session.flush()


async def render(browser: "StaffBrowser", times: int) -> list[float]:
    """Milliseconds from the request to the whole page, after two pages that warm up."""
    taken = []
    for _ in range(times + 2):
        began = time.perf_counter()
        await browser.open("/console")
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[2:])


async def changes(browser: "StaffBrowser", consoles: int, times: int) -> list[float]:
    """Milliseconds from an acceptance's commit until each open console has got the board that shows it."""
    heard: list[asyncio.Queue[float]] = [asyncio.Queue() for _ in range(consoles)]
    watching = [asyncio.create_task(_watch(browser, queue)) for queue in heard]
    for queue in heard:
        await queue.get()
    taken = []
    for _ in range(times):
        for queue in heard:
            while not queue.empty():
                queue.get_nowait()  # Lengths of time grow by themselves.
        await _accept_one()
        began = time.perf_counter()
        taken += [(await asyncio.wait_for(queue.get(), 30) - began) * 1000 for queue in heard]
    for task in watching:
        task.cancel()
    return sorted(taken)


async def _watch(browser: "StaffBrowser", heard: asyncio.Queue[float]) -> None:
    client = httpx.AsyncClient(base_url=browser.url, cookies=browser.client.cookies, timeout=60)
    async with client, client.stream("GET", "/console/events") as response:
        async for line in response.aiter_lines():
            if line == "event: board":
                heard.put_nowait(time.perf_counter())


async def _accept_one() -> None:
    async with transaction() as session:
        nurse = (await session.execute(select(Person).where(Person.name == "Demo Nurse One"))).scalar_one()
        waiting = select(Escalation.id).where(Escalation.state == State.WAITING).limit(1)
        await escalations.accept(session, (await session.execute(waiting)).scalar_one(), nurse, "bench")


async def run(calls: int, consoles: int, times: int) -> bool:
    """Fill, measure and print. Returns whether both goals were met."""
    from tests.harness.staff import StaffBrowser  # It reads settings, which are only now what they should be.

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    configure(public_url=url, twilio_api_url=f"{url}/handset/twilio", handset="true")
    await commands.load()
    await fill(calls)
    server, task, carrier = await serve(port)
    browser = await StaffBrowser(url).sign_in()
    rendered = await render(browser, times)
    changed = await changes(browser, consoles, max(times // 4, 3))
    await carrier.close()
    server.should_exit = True
    await task
    for connection in (twilio, database):
        await connection.disconnect()
    size = len(browser.page) // 1024
    print(f"{calls} open calls: page p50 {percentile(rendered, 0.5):.0f} ms, p95 {percentile(rendered, 0.95):.0f} ms")
    print(f"{size} kB. {consoles} consoles: p50 {percentile(changed, 0.5):.0f}, p95 {percentile(changed, 0.95):.0f} ms")
    return percentile(rendered, 0.95) < RENDER_GOAL and percentile(changed, 0.95) < CHANGE_GOAL


def main() -> int:
    """Read the choices and measure; exit code 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--consoles", type=int, default=50)
    parser.add_argument("--times", type=int, default=30)
    chosen = parser.parse_args()
    configure(**NOBODY)
    with postgres.server(durable=True) as server:
        postgres.make_template(server)
        with postgres.fresh_database(server) as url:
            configure(database_url=url)
            return 0 if asyncio.run(run(chosen.calls, chosen.consoles, chosen.times)) else 1


if __name__ == "__main__":
    sys.exit(main())
