"""Two web processes behind one address and two workers, of which one each is killed again and again, and crises.

Neither Rasa nor the action server is needed: danger is heard without them. A process that was killed is started again
after the wait of the project's keeper.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from api import database, settings
from api.conversations.models import Conversation
from api.database import transaction
from api.escalations.models import Escalation
from scripts.keeper import FIRST_WAIT_SECONDS
from tests.bench.figures import percentile
from tests.bench.messages import CRISES
from tests.harness import carrier as carriers
from tests.harness import storm
from tests.harness.balancer import balanced
from tests.harness.carrier import StandingCarrier
from tests.harness.line import PAGER
from tests.harness.ports import free_port
from tests.harness.processes import Processes, processes
from tests.harness.storm import Letter, Outcome

NAMES = ("web", "web2", "worker", "worker2")
PATIENCE = 150.0  # Seconds. Leases of 15, a sweep each 2, and a busy machine: slow is not lost.
AGAIN_AFTER = 3.0  # Seconds. Hundreds who try again each half second would take a core from what shall answer them.
# The texts and calls of each call for help's first page, in the terms in which the carrier was handed them. A drill
# that is due meanwhile, and whoever is asked besides a nurse who was woken often that night, are no matter here.
_HANDED = text("""
    WITH first AS (SELECT id FROM pages WHERE escalation_id IS NOT NULL AND rung = 'on_call')
    SELECT '/twilio/pager/status/' || id AS path FROM staff_texts WHERE page_id IN (SELECT id FROM first)
    UNION ALL SELECT '/twilio/calls/' || id || '/status' FROM staff_calls WHERE page_id IN (SELECT id FROM first)
""")
_PAGED_TWICE = text("""
    SELECT count(*) FROM (SELECT 1 FROM pages WHERE escalation_id IS NOT NULL
                          GROUP BY escalation_id, person_id, rung HAVING count(*) > 1) AS twice
""")
_RAISED = (
    select(Conversation.address, func.count(Escalation.id).label("raised"))
    .outerjoin(Escalation, Escalation.conversation_id == Conversation.id)
    .group_by(Conversation.id)
)


@dataclass
class Killing:
    """What became of the crises. `faults` must be empty. `handed`: first pages, each as a text and a call."""

    found: Outcome
    deaths: int
    handed: int
    never_handed: list[str]
    handed_again: int
    paged_twice: int  # Page rows beyond the first for one person on one rung.
    not_one_escalation: list[str]
    settled_seconds: float

    @property
    def faults(self) -> dict[str, object]:
        """What must not be, by name."""
        named = {
            "lost": self.found.lost,
            "unanswered": self.found.unanswered,
            "unpaged": self.found.unpaged,
            "never handed over": self.never_handed,
            "paged twice": self.paged_twice,
            "not one escalation each": self.not_one_escalation,
        }
        return {name: fault for name, fault in named.items() if fault}

    def figures(self) -> dict[str, Any]:
        """For a report."""
        times = {share: percentile(self.found.page_seconds, share) for share in (0.5, 0.99)}
        return self.found.figures() | {
            "kills": self.deaths,
            "page_texts_and_calls": self.handed,
            "of_them_handed_over_again": self.handed_again,
            "percent_again": round(100 * self.handed_again / self.handed, 2) if self.handed else 0.0,
            "page_p50_seconds": round(times[0.5], 2),
            "page_p99_seconds": round(times[0.99], 2),
            "settled_seconds": round(self.settled_seconds, 1),
        }


@asynccontextmanager
async def pairs(folder: Path, url: str) -> AsyncIterator[tuple[Processes, StandingCarrier]]:
    """The four, ready, and the carrier that is in none of them. The settings of this process say how it signs."""
    wanted, port, carrier_port = settings.get(), free_port(), free_port()
    public = f"http://127.0.0.1:{port}"
    with processes(folder, url, url, f"http://127.0.0.1:{carrier_port}", public) as running:
        secret = wanted.twilio_auth_token.get_secret_value()
        carrier = StandingCarrier(secret, wanted.twilio_account_sid, public, {PAGER: "/twilio/pager"})
        webs = [running.url(name) for name in NAMES if name.startswith("web")]
        async with balanced(port, webs), carriers.served(carrier_port, carrier):
            running.start(*NAMES)
            await asyncio.to_thread(running.wait, *NAMES)
            yield running, carrier
    await database.disconnect()


async def kill_by_turns(running: Processes, seconds: float, every: float) -> int:
    """Kill one web process and one worker at a time, the other ones next time. Returns how many were killed."""
    loop, deaths = asyncio.get_running_loop(), 0
    start, turn = loop.time(), cycle((("web", "worker"), ("web2", "worker2")))
    for at in (every * place for place in range(1, int(seconds / every) + 1)):
        await asyncio.sleep(start + at - loop.time())
        names = next(turn)
        for name in names:
            running.kill(name)
        deaths += len(names)
        await asyncio.sleep(FIRST_WAIT_SECONDS)
        running.start(*names)
    return deaths


async def crises_while_killing(folder: Path, url: str, seconds: float, per_second: float, every: float) -> Killing:
    """The whole of it, on a database that has been filled as an installation's is."""
    letters = [
        Letter(place / per_second, f"+4477009{place:06d}", CRISES[place % len(CRISES)])
        for place in range(int(seconds * per_second))
    ]
    async with pairs(folder, url) as (running, carrier):
        _, deaths = await asyncio.gather(
            storm.arrive(carrier, letters, AGAIN_AFTER), kill_by_turns(running, seconds, every)
        )
        took = await storm.finished(PATIENCE)
        await carrier.settle()
        return await _found(carrier, letters, deaths, took)


async def _found(carrier: StandingCarrier, letters: list[Letter], deaths: int, took: float) -> Killing:
    async with transaction() as session:
        paths = (await session.execute(_HANDED)).scalars().all()
        twice = (await session.execute(_PAGED_TWICE)).scalar_one()
        raised = {one.address: one.raised for one in await session.execute(_RAISED)}
    times = [carrier.times[f"{carrier.public_url}{path}"] for path in paths]
    return Killing(
        found=await storm.outcome(carrier, letters),
        deaths=deaths,
        handed=len(paths),
        never_handed=[path for path, number in zip(paths, times, strict=True) if not number],
        handed_again=sum(max(0, number - 1) for number in times),
        paged_twice=twice,
        not_one_escalation=[letter.number for letter in letters if raised.get(letter.number) != 1],
        settled_seconds=took,
    )
