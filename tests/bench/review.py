"""Searching a million messages, and reading one transcript, as a reviewer's browser does; and the same by ILIKE.

    ROWS=1000000 python -m tests.bench.review

Makes a database of its own, fills it, and asks the application for its pages, in this process. Beside each search for
words stands the same search by `body ILIKE '%words%'` on the same rows, narrowed by the same facts, in the same run:
without a page, without snippets. At last it takes messages in, with and without the triggers that keep the facts.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode
from uuid import UUID

import httpx
from httpx import ASGITransport
from sqlalchemy import func, select, text

from api import commands, database, settings
from api.conversations.models import Conversation, Message
from api.database import transaction
from api.main import create_app
from api.people import access, service
from api.people.models import Person
from api.review.reading.models import ConversationFacts
from api.review.reading.rules import read
from tests.bench.choosing import NOBODY
from tests.bench.figures import percentile
from tests.bench.transcripts import PHRASE, RARE, fill
from tests.harness import postgres, seeds
from tests.harness.line import configure

ROWS = int(os.environ.get("ROWS", "1000000"))
TIMES, SLOW_TIMES, TRANSCRIPTS, RECEIVED, BY_TURNS = 10, 2, 20, 50, 6
MOST = 150.0  # Milliseconds, for 95 of 100.
SEARCHES: dict[str, dict[str, str]] = {
    "a rare word": {"words": RARE},
    "a common word": {"words": "mum"},
    "a very common word": {"words": "nurse"},
    "a word that nobody said": {"words": "zeppelin"},
    "a phrase": {"words": f'"{PHRASE}"'},
    "a common phrase": {"words": '"her mum"'},
    "three words": {"words": "mum dad pain"},
    "a channel": {"channel": "web"},
    "a need": {"need": "grants"},
    "a danger": {"category": "choking"},
    "a priority": {"priority": "P0"},
    "an outcome": {"outcome": "visit_arranged"},
    "a nurse was paged": {"paged": "1"},
    "asked": {"asked": "1"},
    "a person took over": {"person": "1"},
    "not understood": {"not_understood": "1"},
    "long ones": {"fewest": "15"},
    "a month": {"since": "2026-01-01", "until": "2026-01-31"},
    "a common word and a danger": {"words": "mum", "category": "choking"},
    "a word and a rare need": {"words": "money", "need": "prehab"},
    "a word, a danger, an end": {
        "words": "pain",
        "category": "choking",
        "outcome": "ambulance_called",
        "channel": "web",
    },
    "a word in three days": {"words": "breathing", "since": "2025-12-01", "until": "2025-12-03"},
}
_ILIKE = text("""
SELECT conversation_id FROM conversation_facts
 WHERE (:channel = '' OR channel = :channel) AND marks @> CAST(:marks AS text[])
   AND opened_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
   AND opened_at < coalesce(CAST(:until AS timestamptz), 'infinity')
   AND conversation_id IN (SELECT conversation_id FROM messages WHERE body ILIKE :pattern)
 ORDER BY opened_at DESC, conversation_id DESC LIMIT 26""")
_LONGEST = select(ConversationFacts.conversation_id).order_by(ConversationFacts.messages.desc()).limit(TRANSCRIPTS)


async def timed(work: Callable[[], Awaitable[object]], times: int) -> list[float]:
    """Milliseconds of each, one after another."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def reviewer() -> tuple[str, str]:
    """The cookie of a reviewer's browser."""
    async with transaction() as session:
        person = (await session.execute(select(Person).where(Person.email == "reviewer@demo.example"))).scalar_one()
        return access.COOKIE, service.start(session, person, "")[0]


async def page(client: httpx.AsyncClient, address: str) -> None:
    """Open it."""
    (await client.get(address)).raise_for_status()


async def by_ilike(search: dict[str, str]) -> None:
    """The same rows, without the index of words."""
    asked = read(search)
    values = {"channel": asked.channel, "marks": asked.marks, "pattern": f"%{asked.words.strip('"')}%"}
    async with transaction() as session:
        await session.execute(_ILIKE, {**values, "since": asked.from_moment, "until": asked.to_moment})


async def receiving() -> tuple[list[float], list[float]]:
    """Milliseconds of taking a message in, each of another carer: without the facts, and with them, by turns."""
    taken: tuple[list[float], list[float]] = [], []
    numbers = iter(f"+4477009{number:05}" for number in range(2 * RECEIVED * BY_TURNS + 1))
    await seeds.carer_writes("hello", next(numbers))  # The first one has phrases and model read.
    for turn in range(2 * BY_TURNS):
        facts = turn % 2 == 1
        async with transaction() as session:
            await session.execute(text(f"ALTER TABLE messages {'ENABLE' if facts else 'DISABLE'} TRIGGER facts"))
        one = await timed(lambda: seeds.carer_writes("is there a grant for a stairlift", next(numbers)), RECEIVED)
        taken[facts].extend(one)
    return taken


def shown(name: str, ours: list[float], other: list[float] | None = None) -> None:
    """One line of the table."""
    figures = "".join(f"{percentile(ours, share):9.1f}" for share in (0.5, 0.95))
    print(f"{name:32}{figures}" + (f"{percentile(other, 0.5):14.1f}" if other else ""), flush=True)


async def measure() -> bool:
    """The table. Returns whether both goals were met."""
    transport = ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url=settings.get().public_url, timeout=60) as client:
        client.cookies.set(*await reviewer())
        addresses = {name: f"/console/review?{urlencode(search)}" for name, search in SEARCHES.items()}
        for address in addresses.values():  # The first time of each is for caches and connections.
            await page(client, address)
        every: list[float] = []
        print(f"{'ms':32}{'p50':>9}{'p95':>9}{'ILIKE p50':>14}")
        for name, address in addresses.items():
            found = await timed(lambda address=address: page(client, address), TIMES)  # type: ignore[misc]
            search = SEARCHES[name]
            slow = await timed(lambda search=search: by_ilike(search), SLOW_TIMES) if "words" in search else None  # type: ignore[misc]
            shown(name, found, slow)
            every += found
        shown("every search", every)
        read_ones: list[float] = []
        for one in await longest():
            read_ones += await timed(lambda one=one: page(client, f"/console/review/conversations/{one}"), 3)  # type: ignore[misc]
        shown("a transcript page", read_ones)
    for name, taken in zip(("receive without the facts", "receive with the facts"), await receiving(), strict=True):
        shown(name, taken)
    print("load: " + " ".join(f"{one:.1f}" for one in os.getloadavg()))
    return percentile(every, 0.95) < MOST and percentile(read_ones, 0.95) < MOST


async def longest() -> list[UUID]:
    """The longest conversations."""
    async with transaction() as session:
        return list((await session.execute(_LONGEST)).scalars())


async def run(url: str) -> bool:
    """Fill and measure."""
    await commands.load()
    began = time.perf_counter()
    await asyncio.to_thread(fill, url, ROWS)
    async with transaction() as session:
        made = (await session.execute(select(func.count()).select_from(Message))).scalar_one()
        talks = (await session.execute(select(func.count()).select_from(Conversation))).scalar_one()
    print(f"{made} messages in {talks} conversations, filled in {time.perf_counter() - began:.0f} s")
    met = await measure()
    await database.disconnect()
    print(f"{'met' if met else 'MISSED':8}p95 under {MOST:g} ms: searches, and transcript pages")
    return met


def main() -> int:
    """Exit code 1 when a goal was missed."""
    configure(**NOBODY)
    with postgres.server(durable=True) as server:
        postgres.make_template(server)
        with postgres.fresh_database(server) as url:
            configure(database_url=url)
            return 0 if asyncio.run(run(url)) else 1


if __name__ == "__main__":
    sys.exit(main())
