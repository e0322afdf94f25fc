"""Searching transcripts, the newest conversation first, whatever is asked for and however often it was said.

What was said often stands in many of the newest conversations. These are taken in slices, each larger than the one
before, until a page is full: the index of words would first gather every message that has them. What the newest do not
have may be rare, and is found by that index. Measured by `tests/bench/review.py`.
"""

import asyncio
import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, Text, cast, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api import cursors
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author
from api.cursors import Asked
from api.errors import NotFound
from api.masking import service as masking
from api.people.models import Person, Team
from api.people.rules import OF_INSTALLATION
from api.review.reading.models import ConversationFacts
from api.review.reading.rules import Filters

SLICES = (64, 256, 1_024, 4_096, 16_384)  # Conversations; the last one as often as need be.
SOON = 2  # Slices. What these do not have may be rare, and the index of words is asked.
RARE = 2_000  # Messages: up to so many are all looked at.
# Each search is planned for what it asks: a plan for any words suits neither the rare nor the common.
_PLAN = select(func.set_config("plan_cache_mode", "force_custom_plan", True))
_facts = ConversationFacts


@dataclass(frozen=True, slots=True)
class Hit:
    """One conversation that was found. `body`: the newest message with the words that were looked for, if any were."""

    facts: ConversationFacts
    body: str


def sees_all(person: Person) -> bool:
    """Whether the transcripts of every team are theirs to review."""
    return person.of_installation and person.role in OF_INSTALLATION


async def of_reviewer(session: AsyncSession, conversation_id: UUID, person: Person) -> Conversation:
    """One conversation that this person may review. Any other is not there at all. Raises NotFound."""
    found = await session.get(Conversation, conversation_id)
    if found is None or not (sees_all(person) or found.team_id == person.team_id):
        raise NotFound("There is no such conversation.")
    return found


async def teams(session: AsyncSession, person: Person) -> Sequence[Team]:
    """The teams whose transcripts this person may review, by name."""
    found = select(Team).order_by(Team.name)
    if not sees_all(person):
        found = found.where(Team.id == person.team_id)
    return (await session.execute(found)).scalars().all()


async def find(session: AsyncSession, person: Person, filters: Filters, asked: Asked) -> tuple[list[Hit], str | None]:
    """A piece of what was found, and the cursor of the next. Raises Invalid for a cursor that is none."""
    await session.execute(_PLAN)
    wanted = _narrowed(select(_facts), person, filters)
    if not filters.words:
        rows, then = await _piece(session, wanted, asked)
        return [Hit(one, "") for one in rows], then
    rows, then = await _with_words(session, wanted, filters.words, asked)
    bodies = await _bodies(session, [one.conversation_id for one in rows], filters.words)
    return [Hit(one, bodies.get(one.conversation_id, "")) for one in rows], then


async def _piece(
    session: AsyncSession, wanted: Select[ConversationFacts], asked: Asked
) -> tuple[Sequence[ConversationFacts], str | None]:
    return await cursors.piece(session, wanted, _facts.opened_at, _facts.conversation_id, asked)


def _narrowed(found: Select[ConversationFacts], person: Person, filters: Filters) -> Select[ConversationFacts]:
    """Every filter but the words."""
    found = found if sees_all(person) else found.where(_facts.team_id == person.team_id)
    if filters.team:
        found = found.where(_facts.team_id.in_(select(Team.id).where(Team.code == filters.team)))
    if filters.channel:
        found = found.where(_facts.channel == filters.channel)
    if filters.marks:
        found = found.where(_facts.marks.contains(filters.marks))
    if filters.any_of:
        found = found.where(_facts.marks.overlap(filters.any_of))
    return found.where(*_between(filters))


def _between(filters: Filters) -> list[ColumnElement[bool]]:
    """From when until when it began, and how long it is."""
    bounds = [
        (_facts.messages, operator.ge, filters.fewest),
        (_facts.messages, operator.le, filters.most),
        (_facts.opened_at, operator.ge, filters.from_moment),
        (_facts.opened_at, operator.lt, filters.to_moment),
    ]
    return [bound(column, value) for column, bound, value in bounds if value is not None]


def _has(column: ColumnElement[Any] | InstrumentedAttribute[Any], words: str) -> ColumnElement[bool]:
    """Whether these words, in any of their forms, are in a message."""
    return column.op("@@")(func.websearch_to_tsquery("english", words))


def _among(column: InstrumentedAttribute[UUID], ids: Sequence[UUID]) -> ColumnElement[bool]:
    return column == func.any(literal(list(ids), ARRAY(column.type)))


async def _with_words(
    session: AsyncSession, wanted: Select[ConversationFacts], words: str, asked: Asked
) -> tuple[Sequence[ConversationFacts], str | None]:
    """A piece of what was found among the newest, among those before, and so on; or by the index of words."""
    after = cursors.read(asked.cursor) if asked.cursor else None
    found: list[tuple[datetime, UUID]] = []
    for number in count():
        if number == SOON and (rare := await _rare(session, words)) is not None:
            return await _piece(session, wanted.where(_among(_facts.conversation_id, rare)), asked)
        size = SLICES[min(number, len(SLICES) - 1)]
        rows = await _slice(session, wanted, after, size)
        hits = await _said_in(session, [row[1] for row in rows], words, few=number < SOON)
        found += [row for row in rows if row[1] in hits]
        if len(rows) < size or len(found) > asked.limit:
            break
        after = rows[-1]
    shown = found[: asked.limit]
    then = cursors.written(*shown[-1]) if len(found) > asked.limit else None
    return await _in_order(session, [row[1] for row in shown]), then


async def _rare(session: AsyncSession, words: str) -> list[UUID] | None:
    """The conversations in which these words were said. None: too often to look at all of them."""
    said = select(Message.conversation_id).where(_has(Message.words, words)).limit(RARE + 1)
    found = (await session.execute(said)).scalars().all()
    return list(dict.fromkeys(found)) if len(found) <= RARE else None


async def _slice(
    session: AsyncSession, wanted: Select[ConversationFacts], after: tuple[datetime, UUID] | None, size: int
) -> list[tuple[datetime, UUID]]:
    order = tuple_(_facts.opened_at, _facts.conversation_id)
    found = wanted.with_only_columns(_facts.opened_at, _facts.conversation_id)
    found = found if after is None else found.where(order < tuple_(*after))
    rows = await session.execute(found.order_by(_facts.opened_at.desc(), _facts.conversation_id.desc()).limit(size))
    return [(row[0], row[1]) for row in rows]


async def _said_in(session: AsyncSession, ids: Sequence[UUID], words: str, few: bool) -> set[UUID]:
    """In which of these conversations the words were said."""
    said = _said(ids, few).c
    return set((await session.execute(select(said.conversation_id).where(_has(said.words, words)))).scalars())


def _said(ids: Sequence[UUID], few: bool) -> Subquery:
    """What was said in these conversations. `few`: all of it is read, without the index of words.

    The planner takes that index for cheaper than it is. What has an offset is read by itself.
    """
    columns = (Message.conversation_id, Message.words, Message.body, Message.seq)
    said = select(*columns).where(_among(Message.conversation_id, ids))
    return (said.offset(0) if few else said).subquery()


async def _in_order(session: AsyncSession, ids: Sequence[UUID]) -> list[ConversationFacts]:
    rows = (await session.execute(select(_facts).where(_among(_facts.conversation_id, ids)))).scalars()
    by_id = {row.conversation_id: row for row in rows}
    return [by_id[one] for one in ids if one in by_id]


async def _bodies(session: AsyncSession, ids: Sequence[UUID], words: str) -> dict[UUID, str]:
    """The newest message of each conversation that has the words."""
    said = _said(ids, few=True).c
    found = select(said.conversation_id, said.body).where(_has(said.words, words)).order_by(said.seq)
    return {row.conversation_id: row.body for row in await session.execute(found)}


async def names(
    session: AsyncSession, conversation_ids: Sequence[UUID], shown: Mapping[UUID, str] | None = None
) -> Mapping[UUID, frozenset[str]]:
    """Of each conversation the names that are plain in one of the carer's messages: they are hidden in all of it.

    `shown`: of each conversation the one text that is shown, if it is only one: then no other names are looked for.
    """
    said = select(Message.conversation_id, Message.body).where(
        _among(Message.conversation_id, conversation_ids), Message.author == Author.CARER
    )
    found = [(row.conversation_id, row.body) for row in await session.execute(said)] if conversation_ids else []
    # On a thread: it takes a while, and nobody else must wait for that.
    return await asyncio.to_thread(_names, found, shown or {})


def _names(said: Iterable[tuple[UUID, str]], shown: Mapping[UUID, str]) -> Mapping[UUID, frozenset[str]]:
    texts: dict[UUID, list[str]] = defaultdict(list)
    for conversation_id, body in said:
        texts[conversation_id].append(body)
    found = {one: masking.names_in(bodies, shown.get(one)) for one, bodies in texts.items()}
    return defaultdict(frozenset, found)


async def marked(session: AsyncSession, texts: Sequence[str], words: str) -> list[str]:
    """A few words of each text around what was looked for, which stands between \\x02 and \\x03. Nothing is stored."""
    if not texts:
        return []
    options = "StartSel=\x02, StopSel=\x03, MaxWords=24, MinWords=12, ShortWord=0, MaxFragments=1"
    one = func.unnest(array(texts, type_=Text)).table_valued("text", with_ordinality="place").render_derived()
    query = func.websearch_to_tsquery("english", words)
    shown = func.ts_headline("english", cast(one.c.text, Text), query, options)
    return list((await session.execute(select(shown).order_by(one.c.place))).scalars())
