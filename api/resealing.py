"""Sealing anew what another key has sealed, a few rows at a time, while the line goes on.

Every batch is a transaction of its own and passes over rows that somebody is using. It can be stopped at any moment and
begun again: what is done is known by the key's name in each value.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, bindparam, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Conversation
from api.database import Base, transaction
from api.paging.models import StaffText
from api.referrals.models import Referral
from api.rota.models import RotaFeed
from api.sealed_columns import Sealed, is_left

BATCH = 100  # Rows. A text that comes in meanwhile waits for no more than these.
MODELS: Sequence[type[Base]] = (Conversation, CarerCall, Referral, StaffText, RotaFeed)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some rows. `twice`: rows whose value another row must not have as well, and has."""

    table: str
    done: int
    last: UUID
    twice: tuple[UUID, ...] = ()


def _table(model: type[Base]) -> Table:
    found: Any = model.__table__
    return found  # type: ignore[no-any-return]  # Typed for any selectable; a mapped class has a table.


def sealed(table: Table) -> list[Column[str]]:
    """The sealed columns of a table."""
    return [column for column in table.columns if isinstance(column.type, Sealed)]


def _left(table: Table) -> Any:
    return or_(*map(is_left, sealed(table)))


async def left() -> int:
    """How many rows hold something that the key that seals has not sealed."""
    async with transaction() as session:
        counts = [select(func.count()).select_from(table).where(_left(table)) for table in map(_table, MODELS)]
        return sum([(await session.execute(count)).scalar_one() for count in counts])


async def reseal(batch: int = BATCH) -> AsyncIterator[Batch]:
    """Go once through all that is left. Each batch is told of when it is committed."""
    for table in map(_table, MODELS):
        last = UUID(int=0)
        while found := await _some(table, last, batch):
            last = found.last
            yield found


async def _some(table: Table, after: UUID, limit: int) -> Batch | None:
    try:
        return await _together(table, after, limit)
    except IntegrityError:  # One of them cannot be: then each by itself, so that it alone stays as it was.
        return await _one_by_one(table, after, limit)


async def _together(table: Table, after: UUID, limit: int) -> Batch | None:
    async with transaction() as session:
        rows = await _rows(session, table, after, limit)
        if not rows:
            return None
        await session.execute(_put(table), rows)
    return Batch(table.name, len(rows), rows[-1]["row"])


async def _one_by_one(table: Table, after: UUID, limit: int) -> Batch | None:
    twice = []
    async with transaction() as session:
        rows = await _rows(session, table, after, limit)
        for row in rows:
            try:
                async with session.begin_nested():
                    await session.execute(_put(table), [row])
            except IntegrityError:
                twice.append(row["row"])
    return Batch(table.name, len(rows) - len(twice), rows[-1]["row"], tuple(twice)) if rows else None


async def _rows(session: Any, table: Table, after: UUID, limit: int) -> list[dict[str, Any]]:
    """Rows to seal anew, opened and held: `row` is which, and a parameter for each column is what it says."""
    columns = [column.label(f"new_{column.name}") for column in sealed(table)]
    wanted = select(table.c.id.label("row"), *columns).where(_left(table), table.c.id > after)
    held = wanted.order_by(table.c.id).limit(limit).with_for_update(skip_locked=True)
    return [dict(row) for row in (await session.execute(held)).mappings()]


def _put(table: Table) -> Any:
    """The same values again: on their way in the key that seals seals them."""
    values = {column: bindparam(f"new_{column.name}", type_=column.type) for column in sealed(table)}
    return update(table).where(table.c.id == bindparam("row")).values(values)
