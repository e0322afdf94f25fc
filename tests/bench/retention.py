"""A night's retention of many conversations while carers write: how long receiving takes during it, and without.

    ROWS=50000 python -m tests.bench.retention

Makes a database of its own that waits for the disk as production's does, fills it, and deletes all of it by the
operator's command in a process of its own, while this one receives a text every few hundredths of a second: percentiles
of the whole transaction, with the screening before it. No test times this.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select

from api import clock, commands, database
from api.conversations.models import Conversation, Message
from api.conversations.receiving import receive
from api.conversations.rules import Author, Channel
from api.conversations.service import Inbound
from api.database import transaction
from api.people import service as people
from api.people.models import Team
from api.privacy.retention import service as retention
from api.triage import screening
from tests.bench.figures import percentile
from tests.guards.tree import ROOT
from tests.harness import postgres
from tests.harness.line import PAGER, configure

EACH = 10  # Messages in a conversation.
AT_ONCE = 1000  # Conversations in one insert.
PAUSE = 0.03  # Seconds between two texts.
WITHOUT = 300  # Texts that are received before it begins.
GOAL = 100.0  # Milliseconds, p99 during it.
WORDS = "can i get any money for looking after wilfred, he needs somebody at night"


async def fill(rows: int, now: datetime) -> None:
    """So many conversations that are old enough to go, with their messages."""
    async with transaction() as session:
        team = await people.default_team(session)
    for first in range(0, rows, AT_ONCE):
        made = list(_conversations(team, first, min(AT_ONCE, rows - first), now))
        async with transaction() as session:
            await session.execute(insert(Conversation), made)
            await session.execute(insert(Message), [said for one in made for said in _messages(one)])


def _conversations(team: Team, first: int, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    old = now - timedelta(days=(retention.plan().rule("conversations").days or 0) + 1)
    for number in range(first, first + count):
        at, address = old - timedelta(seconds=number), f"+4479{number:08d}"
        moments = {"opened_at": at, "last_message_at": at, "blanked_at": at}
        yield {"id": uuid4(), "team_id": team.id, "channel": Channel.SMS, "address": address, **moments}


def _messages(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(EACH):
        author = Author.CARER if number % 2 == 0 else Author.NIGHTLIGHT
        at = one["opened_at"]
        yield {
            "id": uuid4(),
            "conversation_id": one["id"],
            "author": author,
            "body": WORDS,
            "at": at,
            "answered_at": at,
        }


async def texts(is_over: Callable[[int], bool]) -> list[float]:
    """Milliseconds that receiving took, of one text after the other from many carers."""
    taken = list[float]()
    while not is_over(len(taken)):
        inbound = Inbound(Channel.SMS, f"+4478{len(taken) % 500:08d}", f"bench:{uuid4()}", WORDS, line="nobody's")
        began = time.perf_counter()
        async with transaction() as session:
            await receive(session, inbound)
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE)
    return taken


async def left() -> int:
    """How many of the old conversations are still there."""
    async with transaction() as session:
        return (await session.execute(select(func.count()).where(Conversation.blanked_at.is_not(None)))).scalar_one()


def show(name: str, taken: list[float]) -> None:
    """One line of figures."""
    p50, p95, p99 = (percentile(taken, share) for share in (0.5, 0.95, 0.99))
    sys.stdout.write(f"{name:<24} n {len(taken):>6}  p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f} ms\n")


async def measured(rows: int) -> bool:
    """Fill, measure, delete, and say whether all of it went without holding anybody up."""
    await commands.load()
    screening.make_ready()
    began = time.perf_counter()
    await fill(rows, clock.now())
    sys.stdout.write(f"{rows} conversations with {rows * EACH} messages made in {time.perf_counter() - began:.0f} s\n")
    show("receive, without", await texts(lambda count: count >= WITHOUT))
    command = [sys.executable, "-m", "api.commands", "privacy", "retention"]
    began = time.perf_counter()
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    during = await texts(lambda _: running.returncode is not None)
    seconds = time.perf_counter() - began
    show("receive, during", during)
    kept = await left()
    sys.stdout.write(
        f"deleted {rows - kept} conversations in {seconds:.0f} s ({(rows - kept) / seconds:.0f} a second)\n"
    )
    await database.disconnect()
    return kept == 0 and percentile(during, 0.99) < GOAL


def main() -> int:
    """Run it; 1 if it does not hold."""
    secret = {"bot_token": "demo", "twilio_auth_token": "demo", "seal_key": "demo", "second_factor": "false"}
    with postgres.server(durable=True) as url:
        bench = postgres.with_database(url, "bench")
        postgres.prepare(bench)
        configure(environment="development", database_url=bench, twilio_account_sid="AC0", pager_number=PAGER, **secret)
        return 0 if asyncio.run(measured(int(os.environ.get("ROWS", "50000")))) else 1


if __name__ == "__main__":
    sys.exit(main())
