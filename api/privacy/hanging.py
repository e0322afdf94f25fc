"""Everything that hangs from a conversation, found from the tables' own foreign keys, so that no table is forgotten.

A row hangs from a conversation if one of its foreign keys leads there, over however many tables. A column that is
called `conversation_id` counts as one where a table below conversations cannot have a foreign key. Whatever is deleted
is deleted from the ends inwards. Rows that only lose what leads to them (ON DELETE SET NULL) do not hang there: figures
stay, and the database empties that column. A proposal that is in a release outlives its message too, cut off from it:
what the line has learned to hear must not end with whoever it was learned from.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Table, any_, delete, false, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import models as _audit
from api.conversations.aftercare import models as _aftercare
from api.conversations.aftercare.outcomes import models as _outcomes
from api.conversations.carer_calls import models as _carer_calls
from api.conversations.models import Conversation
from api.cover import models as _cover
from api.database import Base
from api.directory import models as _directory
from api.directory.desk import models as _desk
from api.directory.reports import models as _reports
from api.directory.signposts import models as _signposts
from api.escalations import models as _escalations
from api.escalations.models import IdempotencyKey
from api.handovers import models as _handovers
from api.privacy import models as _ours
from api.referrals import models as _referrals
from api.reporting.rollups import models as _rollups
from api.review.judging import models as _judging
from api.review.learning import service as learning
from api.review.learning.models import Proposal
from api.review.reading import models as _reading
from api.rota import models as _rota
from api.switches import models as _switches
from api.watch import models as _watch
from api.webhooks import models as _webhooks

type Ids = Mapping[str, Collection[Any]]

KNOWN = (_audit, _carer_calls, _cover, _directory, _desk, _signposts, _escalations, _handovers, _ours, _referrals)
KNOWN_LATER = (_aftercare, _outcomes, _judging, _reading)  # What comes after a conversation, and who reads it.
ALSO_KNOWN = (_reports, _rollups, _rota, _switches, _watch, _webhooks)  # Nothing hangs there; that too must be known.
CONVERSATIONS = Conversation.__tablename__
STAYS = "SET NULL"  # What becomes of a row's column when that to which it leads is deleted.
BY_NAME = "conversation_id"

# Where a carer's words, name, number or place stand, and what stands there afterwards. A guard test asks of every
# column of words whether it is here or is known to hold none.
BLANK: Mapping[str, Mapping[str, Any]] = {
    CONVERSATIONS: {"address": "", "contact_number": None, "questions": None},
    # The carrier's ids lead to a number there.
    "messages": {"body": "", "heard": None, "inbound_id": None, "carrier_sid": None},
    "asks": {"heard": {"dangers": []}},
    "escalations": {"safety_net": None},
    "escalation_findings": {"matched": ""},
    "escalation_facts": {"words": ""},
    "escalation_events": {"detail": {}},
    "tasks": {"reason": "", "note": None},
    "task_events": {"detail": {}},
    "carer_calls": {"caller": None, "carrier_sid": None},
    "carer_call_turns": {"words": ""},
    "referrals": {"name": "", "number": "", "good_time": "", "consent_question": "", "note": None},
    "referral_events": {"detail": {}},
    "staff_texts": {"words": ""},
    "outcomes": {"note": None},
    "reviews": {"note": ""},
    "missed_crises": {"reason": None},
}


def rows_of(table: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[table]


def _edges(table: Table) -> list[tuple[Column[Any], str]]:
    """The columns by which it hangs from others, each with the table that it leads to."""
    found = [(key.parent, key.column.table.name) for key in table.foreign_keys if key.ondelete != STAYS]
    named = table.c.get(BY_NAME)
    if named is not None and not named.foreign_keys:
        found.append((named, CONVERSATIONS))
    return found


@cache
def tree() -> dict[str, list[tuple[Column[Any], str]]]:
    """Every table in which rows hang from a conversation, those above first, with the columns by which they do."""
    found: dict[str, list[tuple[Column[Any], str]]] = {CONVERSATIONS: []}
    for table in Base.metadata.sorted_tables:
        edges = [(column, parent) for column, parent in _edges(table) if parent in found]
        if edges and table.name != CONVERSATIONS:
            found[table.name] = edges
    return found


def among(column: Any, ids: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of these values. One parameter, however many they are."""
    return cast("ColumnElement[bool]", column == any_(literal(list(ids), ARRAY(column.type))))


def _hangs(name: str, ids: Ids) -> ColumnElement[bool]:
    """Which rows of a table hang from one of these, by whichever of its columns: each of them once."""
    return or_(false(), *(among(column, ids[parent]) for column, parent in tree()[name] if ids[parent]))


async def below(session: AsyncSession, conversation_ids: Collection[UUID]) -> dict[str, set[Any]]:
    """The ids of everything from which something else hangs, by table."""
    ids: dict[str, set[Any]] = {CONVERSATIONS: set(conversation_ids)}
    parents = {parent for edges in tree().values() for _, parent in edges}
    for name, edges in tree().items():
        if name in parents and name != CONVERSATIONS:
            ids[name] = set()
            for column, parent in edges:
                if ids[parent]:
                    found = select(column.table.c.id).where(among(column, ids[parent]))
                    ids[name].update((await session.execute(found)).scalars())
    return ids


async def delete_all(session: AsyncSession, conversation_ids: Collection[UUID]) -> Counter[str]:
    """Delete these conversations with everything that hangs from them. Returns how many rows of each table went."""
    ids = await below(session, conversation_ids)
    counts = Counter({Proposal.__tablename__: await learning.let_go(session, ids["messages"])})
    for name, edges in reversed(tree().items()):
        for column, parent in edges:
            if ids[parent]:
                counts[name] += await _gone(session, rows_of(name), among(column, ids[parent]))
    counts[CONVERSATIONS] = await _gone(session, rows_of(CONVERSATIONS), among(Conversation.id, conversation_ids))
    counts[IdempotencyKey.__tablename__] = await forget_keys(session, ids)
    return +counts


async def forget_keys(session: AsyncSession, ids: Ids) -> int:
    """What callers of `/v1` were given for a key, where that is about one of these."""
    every = {one for some in ids.values() for one in some}
    keys = rows_of(IdempotencyKey.__tablename__)
    return await _gone(session, keys, among(keys.c.subject_id, every))


async def _gone(session: AsyncSession, table: Table, where: ColumnElement[bool]) -> int:
    done = await session.execute(delete(table).where(where))
    return int(done.rowcount)  # type: ignore[attr-defined]  # A delete has one.


async def blank_all(session: AsyncSession, conversation_ids: Collection[UUID], now: datetime) -> Counter[str]:
    """Take out the words, numbers and names, and leave what figures need. Returns how many rows of each table.

    Whoever writes again begins a new conversation.
    """
    ids = await below(session, conversation_ids)
    counts = Counter[str]()
    for name, blank in BLANK.items():
        if name != CONVERSATIONS:
            counts[name] = await _blanked(session, name, blank, _hangs(name, ids))
    over = {"closed_at": func.coalesce(Conversation.closed_at, now), "blanked_at": now}
    mine = among(Conversation.id, conversation_ids)
    counts[CONVERSATIONS] = await _blanked(session, CONVERSATIONS, {**BLANK[CONVERSATIONS], **over}, mine)
    return +counts


async def _blanked(session: AsyncSession, name: str, blank: Mapping[str, Any], where: ColumnElement[bool]) -> int:
    done = await session.execute(update(rows_of(name)).where(where).values(**blank))
    return int(done.rowcount)  # type: ignore[attr-defined]  # An update has one.


async def rows(session: AsyncSession, conversation_ids: Collection[UUID]) -> dict[str, list[dict[str, Any]]]:
    """Every row that hangs from these conversations, and they themselves, as plain data by table, the oldest first."""
    ids = await below(session, conversation_ids)
    conversations = rows_of(CONVERSATIONS)
    found = {CONVERSATIONS: await _read(session, conversations, among(conversations.c.id, conversation_ids))}
    for name in tree():
        if name != CONVERSATIONS:
            found[name] = await _read(session, rows_of(name), _hangs(name, ids))
    return {name: some for name, some in found.items() if some}


async def _read(session: AsyncSession, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    order = [table.c[name] for name in ("seq", "opened_at", "raised_at", "started_at", "at") if name in table.c]
    said = [column for column in table.columns if column.computed is None]  # What is computed says nothing new.
    found = await session.execute(select(*said).where(where).order_by(*(order or table.primary_key.columns)))
    return [dict(row) for row in found.mappings()]
