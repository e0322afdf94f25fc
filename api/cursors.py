"""Lists that are read a piece at a time, newest first. What is made in between makes no row come twice or not at all.

A cursor says after which row the next piece begins. It means nothing to whoever carries it.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import Invalid


class Asked(BaseModel):
    """Which piece of a list."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = Field(None, max_length=200, description="`next` of the piece before. Empty: from the newest.")
    limit: int = Field(50, ge=1, le=100, description="The most rows of one piece.")


class Listed[Row](BaseModel):
    """A piece of a list. `next`: the cursor of the next piece; empty at the end."""

    items: list[Row]
    next: str | None = Field(examples=["MjAyNi0xMS0yNlQwOTowMDowMCswMDowMHwuLi4"])


def written(at: datetime, row_id: UUID) -> str:
    """The cursor of whatever comes after this row."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{row_id}".encode()).decode()


def read(cursor: str) -> tuple[datetime, UUID]:
    """When the row of a cursor was made, and its id. Raises Invalid for what is no cursor of ours."""
    try:
        at, row_id = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode().split("|")
        when = datetime.fromisoformat(at)
        if when.tzinfo is None:
            raise ValueError("no time zone")
        return when, UUID(row_id)
    except (binascii.Error, ValueError) as error:
        raise Invalid("This cursor is not one of ours.", field="cursor") from error


async def piece[Row: Any](
    session: AsyncSession, found: Select[Row], at: Any, row_id: Any, asked: Asked
) -> tuple[Sequence[Row], str | None]:
    """The rows after a cursor and the next cursor. `at`, `row_id`: the columns that order them; neither may change."""
    if asked.cursor:
        found = found.where(tuple_(at, row_id) < tuple_(*read(asked.cursor)))
    ordered = found.order_by(at.desc(), row_id.desc()).limit(asked.limit + 1)
    rows = (await session.execute(ordered)).unique().scalars().all()
    if len(rows) <= asked.limit:
        return rows, None
    last = rows[asked.limit - 1]
    return rows[: asked.limit], written(getattr(last, at.key), getattr(last, row_id.key))
