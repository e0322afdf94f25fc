"""Sending things out so that none is lost: a row first, then the carrier, then what became of it.

A row is `queued`, is claimed (`sending`, with a lease in `try_at`), and is `sent` when the carrier has it. A process
that dies in between leaves a row whose lease runs out; the sweep hands it to the carrier again. At worst something goes
out twice, never not at all. No transaction stays open while the carrier is spoken to.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Table, Update, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from api import clock
from api.clients.carrier import CarrierError, Delivery, moves_forwards
from api.database import single, transaction

LEASE = timedelta(seconds=15)
RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (1, 3, 10, 30, 120))
WAITING = (Delivery.QUEUED, Delivery.SENDING)
FAILURES = (Delivery.UNDELIVERED, Delivery.FAILED)


class Outgoing:
    """The columns of something that goes out through a carrier."""

    delivery: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    carrier_sid: Mapped[str | None] = mapped_column(unique=True)
    error_code: Mapped[int | None]


def queue(row: Outgoing, claimed: bool = False) -> None:
    """Make a new row ready to go. `claimed`: the caller sends it itself as soon as it has committed."""
    row.delivery, row.try_at = Delivery.QUEUED, clock.now()
    if claimed:
        _claim(row)


def _claim(row: Outgoing) -> None:
    row.delivery, row.tries, row.try_at = Delivery.SENDING, (row.tries or 0) + 1, clock.now() + LEASE


async def claim[Row: Any](
    session: AsyncSession, model: type[Row], row_id: UUID, *where: ColumnElement[bool]
) -> Row | None:
    """The row, now ours to send until its lease ends. None: not due, not waiting, not `where`, or another has it."""
    found = (
        select(model)
        .where(model.id == row_id, model.delivery.in_(WAITING), model.try_at <= clock.now(), *where)
        .with_for_update(skip_locked=True, of=model)
    )
    row: Row | None = (await session.execute(found)).scalar_one_or_none()
    if row is not None:
        _claim(row)
    return row


async def due(session: AsyncSession, model: Any, limit: int = 200) -> list[UUID]:
    """What is waiting to go out and has no process working on it."""
    found = select(model.id).where(model.delivery.in_(WAITING), model.try_at <= clock.now()).order_by(model.try_at)
    return list((await session.execute(found.limit(limit))).scalars())


async def sent(session: AsyncSession, model: Any, row_id: UUID, sid: str) -> None:
    """The carrier has it. A delivery report may have come in first; then that stays."""
    await session.execute(_mark_sent(model.__table__), {"row": row_id, "sid": sid, "now": clock.now()})


@cache
def _mark_sent(table: Table) -> Update:
    """Put together once for each table, because every text needs it. Objects in memory do not hear of it."""
    status = case((table.c.delivery.in_(WAITING), Delivery.SENT), else_=table.c.delivery)
    values: dict[str, Any] = {
        "carrier_sid": bindparam("sid"),
        "sent_at": bindparam("now"),
        "delivery": status,
        "try_at": None,
    }
    return update(table).where(table.c.id == bindparam("row")).values(values)


def refused(row: Outgoing, error: CarrierError) -> bool:
    """The carrier did not take it: try again later, or give up. Returns whether this was the end."""
    if row.delivery not in WAITING:
        return False  # A delivery report came in first: the carrier has it, and only its answer to us was lost.
    row.error_code = error.code
    if error.worth_retrying and row.tries <= len(RETRY_AFTER):
        row.delivery, row.try_at = Delivery.QUEUED, clock.now() + RETRY_AFTER[row.tries - 1]
        return False
    row.delivery, row.try_at = Delivery.FAILED, None
    return True


def withdraw(row: Outgoing) -> None:
    """It is no longer wanted and has not gone out."""
    row.delivery, row.try_at = Delivery.WITHDRAWN, None


def for_report(status: Delivery | None) -> AbstractAsyncContextManager[AsyncSession]:
    """A session to take in a report. How far a text has come is one statement; what follows from a failure is more."""
    return transaction() if status in FAILURES else single()


async def report(session: AsyncSession, model: Any, row_id: UUID, sid: str, status: Delivery, code: int | None) -> bool:
    """Take in a delivery report, forwards only. Returns whether it changed anything."""
    news = {"row": row_id, "sid": sid, "code": code}
    return (await session.execute(_take_in(model.__table__, status), news)).first() is not None


@cache
def _take_in(table: Table, status: Delivery) -> ReturningUpdate[Any]:
    behind = [one for one in Delivery if moves_forwards(one, status)]
    code = func.coalesce(bindparam("code", type_=Integer), table.c.error_code)
    values = {"carrier_sid": bindparam("sid"), "delivery": status, "try_at": None, "error_code": code}
    where = (table.c.id == bindparam("row"), table.c.delivery.in_(behind))
    return update(table).where(*where).values(values).returning(table.c.id)
