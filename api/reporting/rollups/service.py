"""How far the figures are counted, and what may have changed since.

A conversation is counted anew when something was written in it, and for some days after the carer last wrote, since how
a text arrived is known later; a call for help while it is open, and for some days after it was closed or judged.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.escalations.rules import State
from api.reporting.rollups.models import FiguresCounted

OVERLAP = timedelta(days=3)
_STILL_COMMITTING = 1_000  # Messages: a number is given out before its transaction commits.
_THE_ROW = 1
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_CONVERSATIONS = text("""
    SELECT id FROM conversations WHERE last_message_at >= :at
    UNION SELECT conversation_id FROM messages WHERE seq > :seq
""")
_CALLS = text("""
    SELECT id FROM escalations WHERE state <> :resolved OR resolved_at >= :at OR raised_at >= :at
    UNION SELECT escalation_id FROM page_feedback WHERE at >= :at
""")


async def counted(session: AsyncSession) -> FiguresCounted | None:
    """How far the figures are counted. None: not yet at all."""
    return await session.get(FiguresCounted, _THE_ROW)


async def note_counted(session: AsyncSession, up_to: datetime, seq: int) -> None:
    """From now on the figures are counted so far."""
    values = {"up_to": up_to, "seq": seq}
    new = insert(FiguresCounted).values(id=_THE_ROW, **values)
    await session.execute(new.on_conflict_do_update(index_elements=[FiguresCounted.id], set_=values))


async def alone(session: AsyncSession) -> None:
    """Until this transaction ends no other process counts: two that count the same would count it twice."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('figures'))"))


async def newest_message(session: AsyncSession) -> int:
    """The number of the newest message."""
    return int((await session.execute(text("SELECT coalesce(max(seq), 0) FROM messages"))).scalar_one())


async def changed_conversations(session: AsyncSession, since: FiguresCounted | None) -> Sequence[UUID]:
    """The conversations whose contacts may have changed."""
    seq = max(0, since.seq - _STILL_COMMITTING) if since else 0
    return (await session.execute(_CONVERSATIONS, {"at": _from(since), "seq": seq})).scalars().all()


async def changed_calls(session: AsyncSession, since: FiguresCounted | None) -> Sequence[UUID]:
    """The calls for help that may have changed."""
    return (await session.execute(_CALLS, {"at": _from(since), "resolved": State.RESOLVED})).scalars().all()


def _from(since: FiguresCounted | None) -> datetime:
    return since.up_to - OVERLAP if since else _EVER
