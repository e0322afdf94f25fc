"""What tests of learning start from: a proposal about a carer's message, and a release that has been measured."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from api import clock, settings
from api.conversations.models import Message
from api.database import transaction
from api.directory.desk import service as desk
from api.directory.reports import service as reports
from api.directory.reports.rules import Fault
from api.people.models import Person
from api.review.learning import patching, releases, service
from api.review.learning.models import Proposal

RATES: dict[str, Any] = {name: {"share": 0.5, "hits": 1, "n": 2} for name in ("page", "ask", "page_or_ask")}
SUMMARY: dict[str, Any] = {
    "recall": {"emergency and crisis": RATES, "all crises": RATES},
    "look_alikes": RATES,
    "everyday": RATES,
    "needs": {"accuracy": RATES["page"], "best_three": RATES["page"], "macro_f1": None},
}
GAINED = {"id": "c-7", "text": "not a peep", "is_crisis": True, "need": "", "need_before": "", "need_after": ""}
COMPARED: dict[str, Any] = {
    "changed": [GAINED | {"before": "none", "after": "page", "better": True}],
    "lost": [],
    "gained": ["c-7"],
    "failing": [],
    "false_pages": [0, 1],
    "needs_right": [1, 1],
}
TRIAL: dict[str, Any] = {
    "problems": [],
    "wording": "page",
    "crises": ["c-7"],
    "taught": 2,
    "false_pages": [{"text": "not a peep from the neighbours, what bliss", "after": "page"}],
    "false_asks": [],
}


async def message_of(conversation_id: UUID) -> UUID:
    """The first message that a carer has sent in a conversation."""
    async with transaction() as session:
        found = select(Message.id).where(Message.conversation_id == conversation_id, Message.author == "carer")
        return (await session.execute(found.order_by(Message.seq))).scalars().all()[0]


async def phrase(message_id: UUID) -> UUID:
    """The demonstration's reviewer has proposed a phrase after reading this message."""
    said = {"say": "not a peep", "hit": ["not a peep from her"], "near_miss": ["the neighbours are quiet"]}
    async with transaction() as session:
        found = select(Person).where(Person.email == "reviewer@demo.example")
        reviewer = (await session.execute(found)).scalar_one()
        new = Proposal(
            kind="red_flag_phrase", marked_from=0, marked_to=0, label="unconscious_unrousable", phrase=said,
            trial=TRIAL, wording="nothing from him at all", should="page", why="It was missed.",
        )  # fmt: skip
        return (await service.propose(session, reviewer, await session.get_one(Message, message_id), new)).id


async def measured() -> UUID:
    """A release that brings nothing and has been measured."""
    async with transaction() as session:
        row = await releases.begin(session, None)
        row.state, row.before, row.after, row.compared = "evaluated", SUMMARY, SUMMARY, COMPARED
        row.progress = ""
        row.base_mark = patching.mark(settings.get().data_dir)
    return row.id


async def reported(code: str = "carers-uk", words: str = "Nobody answers at weekends") -> UUID:
    """The demonstration's reviewer has found a fault of this record, and it is on the desk; without a code: missing."""
    async with transaction() as session:
        found = select(Person).where(Person.email == "reviewer@demo.example")
        reviewer = (await session.execute(found)).scalar_one()
        held = await desk.one(session, code) if code else None
        fault = Fault.WRONG if held else Fault.MISSING
        return (await reports.make(session, held.id if held else None, fault, words, reviewer, clock.now())).id
