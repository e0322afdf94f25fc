"""Many carers who text at set moments, through a carrier that repeats a text until it is taken; what became of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from api.clients.pretend_forms import new_sid
from api.conversations.models import Conversation
from api.database import transaction
from api.escalations.models import Escalation
from api.paging.models import Page, StaffCall, StaffText
from tests.harness.carrier import StandingCarrier
from tests.harness.line import LINE

TRY_AGAIN_SECONDS = 0.5
_UNFINISHED = text("""
    SELECT (SELECT count(*) FROM messages WHERE author = 'carer' AND answered_at IS NULL)
         + (SELECT count(*) FROM messages WHERE delivery IN ('queued', 'sending'))
         + (SELECT count(*) FROM staff_texts WHERE delivery IN ('queued', 'sending'))
         + (SELECT count(*) FROM staff_calls WHERE delivery IN ('queued', 'sending'))
         + (SELECT count(*) FROM escalation_events WHERE tell IS NOT NULL AND told_at IS NULL)
         + (SELECT count(*) FROM escalations WHERE next_page_at <= now())
""")
_OF = Conversation.id == Escalation.conversation_id
_PAGES = (
    select(Escalation.id, Escalation.category, Conversation.address, Escalation.raised_at, StaffText.carrier_sid)
    .join(Conversation, _OF)
    .outerjoin(Page, Page.escalation_id == Escalation.id)
    .outerjoin(StaffText, StaffText.page_id == Page.id)
)
_CALLS = (
    select(Conversation.address, StaffCall.carrier_sid)
    .join(Escalation, _OF)
    .join(StaffCall, StaffCall.escalation_id == Escalation.id)
)
_STORED = text("SELECT inbound_id FROM messages WHERE inbound_id IS NOT NULL")
_FALLBACKS = text("SELECT count(*) FROM messages WHERE kind = 'assistant_unavailable'")


@dataclass
class Letter:
    """One text: when, in seconds after the start, from whom, and whether the carrier sends it twice at once."""

    at: float
    number: str
    words: str
    twice: bool = False
    sid: str = field(default_factory=new_sid)
    tries: int = 0
    sent: float = 0.0  # `time.time()` of the first try.


async def arrive(carrier: StandingCarrier, letters: Sequence[Letter], again_after: float = TRY_AGAIN_SECONDS) -> None:
    """Send every letter at its time, each until it is answered 200."""
    start = time.monotonic()

    async def one(letter: Letter) -> None:
        await asyncio.sleep(start + letter.at - time.monotonic())
        letter.sent = time.time()
        copies = 2 if letter.twice else 1
        while True:
            letter.tries += 1
            tried = (carrier.send_in(letter.number, LINE, letter.words, sid=letter.sid) for _ in range(copies))
            if set(await asyncio.gather(*tried)) == {200}:
                return
            await asyncio.sleep(again_after)

    await asyncio.gather(*(one(letter) for letter in letters))


async def unfinished() -> int:
    """How much is left to answer, to say or to page."""
    async with transaction() as session:
        return int((await session.execute(_UNFINISHED)).scalar_one())


async def finished(within: float) -> float:
    """Wait until nothing is left, for so many seconds at most. Returns the seconds that took."""
    start = time.monotonic()
    for _ in range(int(within * 2)):
        if not await unfinished():
            break
        await asyncio.sleep(0.5)
    return time.monotonic() - start


async def stored() -> tuple[set[str], int]:
    """The carrier's ids of the messages that are kept, and how many got the fallback for an answer."""
    async with transaction() as session:
        kept = set((await session.execute(_STORED)).scalars())
        return kept, (await session.execute(_FALLBACKS)).scalar_one()


@dataclass
class Outcome:
    """What became of the letters. `lost`, `unanswered` and `unpaged` must be empty."""

    lost: list[str]
    unanswered: list[str]
    unpaged: list[str]
    stored: int
    escalations: Counter[str]
    fallbacks: int
    repeated_texts: int
    repeated_pages: int
    sent_again: int
    answer_seconds: list[float]
    page_seconds: list[float]

    def figures(self) -> dict[str, Any]:
        """For a report."""
        slowest = {name: round(max(getattr(self, name), default=0.0), 1) for name in ("answer_seconds", "page_seconds")}
        return {
            "messages_lost": len(self.lost),
            "messages_unanswered": len(self.unanswered),
            "pages_lost": len(self.unpaged),
            "messages_stored": self.stored,
            "escalations": dict(self.escalations),
            "answered_with_the_fallback": self.fallbacks,
            "webhooks_sent_again": self.sent_again,
            "texts_to_carers_sent_twice": self.repeated_texts,
            "pages_sent_twice": self.repeated_pages,
            "slowest_answer_seconds": slowest["answer_seconds"],
            "slowest_page_seconds": slowest["page_seconds"],
        }


async def pages(carrier: StandingCarrier) -> tuple[dict[UUID, tuple[str, str]], dict[UUID, float]]:
    """Every escalation with its category and its carer's address; and, for those paged, the seconds that took.

    From the moment at which the danger was seen, before its commit, until the carrier had the first page.
    """
    async with transaction() as session:
        rows = (await session.execute(_PAGES)).all()
    handed = {one.sid: moment for moment, one in carrier.handed_over}
    found = {row.id: (row.category, row.address) for row in rows}
    took: dict[UUID, float] = {}
    for row in rows:
        if row.carrier_sid in handed:
            seconds = handed[row.carrier_sid] - row.raised_at.timestamp()
            took[row.id] = min(seconds, took.get(row.id, seconds))
    return found, took


async def first_calls(carrier: StandingCarrier) -> dict[str, float]:
    """When the carrier got the first call to a nurse for each carer's address (`time.time()`, seconds)."""
    async with transaction() as session:
        rows = (await session.execute(_CALLS)).all()
    found: dict[str, float] = {}
    for address, sid in rows:
        if sid in carrier.dialled:
            found[address] = min(carrier.dialled[sid], found.get(address, carrier.dialled[sid]))
    return found


async def outcome(carrier: StandingCarrier, letters: Sequence[Letter]) -> Outcome:
    """Compare what was sent with what is stored and with what the carrier was handed."""
    kept, fallbacks = await stored()
    escalations, paged = await pages(carrier)
    first: dict[str, float] = {}
    for moment, one in carrier.handed_over:
        first.setdefault(one.to, moment)
    texts = Counter((one.to, one.body) for _, one in carrier.handed_over)
    to_carers = {letter.number for letter in letters}
    return Outcome(
        lost=[letter.sid for letter in letters if letter.sid not in kept],
        unanswered=[letter.number for letter in letters if letter.number not in first],
        unpaged=[address for one, (_, address) in escalations.items() if one not in paged],
        stored=len(kept),
        escalations=Counter(category for category, _ in escalations.values()),
        fallbacks=fallbacks,
        repeated_texts=sum(n - 1 for (to, _), n in texts.items() if to in to_carers),
        repeated_pages=sum(n - 1 for (to, _), n in texts.items() if to not in to_carers),
        sent_again=sum(letter.tries - 1 for letter in letters),
        answer_seconds=[first[letter.number] - letter.sent for letter in letters if letter.number in first],
        page_seconds=list(paged.values()),
    )
