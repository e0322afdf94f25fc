"""How long after a crisis is committed the carrier has the first page, with the real worker."""

import asyncio
import time
from uuid import uuid4

from sqlalchemy import select

from api.conversations.models import Conversation
from api.conversations.receiving import receive
from api.conversations.rules import Channel
from api.conversations.service import Inbound
from api.database import transaction
from api.escalations.models import Escalation
from api.paging.models import Page, StaffText
from tests.bench.messages import CRISES
from tests.bench.open_calls import nurse
from tests.harness.carrier import StandingCarrier

PATIENCE = 60  # Seconds after the last crisis in which every first page must be there.
_PAGES = (
    select(Conversation.address, StaffText.carrier_sid)
    .join(Escalation, Escalation.conversation_id == Conversation.id)
    .join(Page, Page.escalation_id == Escalation.id)
    .join(StaffText, StaffText.page_id == Page.id)
    .where(StaffText.carrier_sid.is_not(None))
)


async def to_page(carrier: StandingCarrier, number: int, per_second: float, numbers: str) -> list[float]:
    """Milliseconds from just before each crisis's commit until the carrier has its first page, at a steady rate.

    `numbers`: how their telephone numbers begin. Those that were not paged in time are left out.
    """
    committed: dict[str, float] = {}
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for place in range(number):
            await asyncio.sleep(start + place / per_second - time.perf_counter())
            group.create_task(_crisis(f"{numbers}{place:05}", CRISES[place % len(CRISES)], committed))
    for _ in range(PATIENCE):
        paged = await _paged(carrier)
        if committed.keys() <= paged.keys():
            break
        await asyncio.sleep(1)
    return [(paged[address] - moment) * 1000 for address, moment in committed.items() if address in paged]


async def _crisis(address: str, words: str, committed: dict[str, float]) -> None:
    """A carer's text, taken in as the webhook does it."""
    async with transaction() as session:
        team = (await nurse(session)).team
        await receive(session, Inbound(Channel.SMS, address, f"bench:{uuid4()}", words, team, contact_number=address))
        committed[address] = time.time()


async def _paged(carrier: StandingCarrier) -> dict[str, float]:
    """When the carrier got the first page for each carer's address, in seconds."""
    handed = {text.sid: moment for moment, text in carrier.handed_over}
    async with transaction() as session:
        rows = (await session.execute(_PAGES)).all()
    found: dict[str, float] = {}
    for address, sid in rows:
        if sid in handed:
            found[address] = min(handed[sid], found.get(address, handed[sid]))
    return found
