"""Carers' numbers and names are sealed in the columns that hold them."""

from collections.abc import Callable, Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from api import identifiers

revision: str = "0030"
down_revision = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COLUMNS = {
    "conversations": ("address", "contact_number"),
    "carer_calls": ("caller",),
    "referrals": ("name", "number", "consent_question"),
    "staff_texts": ("words",),
}
_BY_ENDING = "conversations.contact_number"  # The console finds a number by its last figures.
_BATCH = 1000


def upgrade() -> None:
    """Under the key of the settings. What is sealed already, because this was run before, stays."""
    _change(lambda column, value: value if value.startswith(identifiers.PREFIX) else _sealed(column, value))


def downgrade() -> None:
    """With the keys of the settings."""
    _change(identifiers.opened)


def _sealed(column: str, value: str) -> str:
    return identifiers.seal(column, value, with_ending=column == _BY_ENDING)


def _change(change: Callable[[str, str], str]) -> None:
    for name, columns in _COLUMNS.items():
        table = sa.table(name, sa.column("id", sa.Uuid), *(sa.column(one, sa.String) for one in columns))
        last = UUID(int=0)
        while rows := _rows(table, last):
            last = rows[-1]["id"]
            new = [{one: _put(change, f"{name}.{one}", row[one]) for one in columns} for row in rows]
            values: dict[str, object] = {one: sa.bindparam(f"new_{one}") for one in columns}
            put = sa.update(table).where(table.c.id == sa.bindparam("row")).values(values)
            named = [{f"new_{one}": value for one, value in row.items()} for row in new]
            op.get_bind().execute(put, [{"row": row["id"], **one} for row, one in zip(rows, named, strict=True)])


def _put(change: Callable[[str, str], str], column: str, value: str | None) -> str | None:
    return None if value is None else change(column, value)


def _rows(table: sa.TableClause, after: UUID) -> Sequence[sa.RowMapping]:
    found = sa.select(table).where(table.c.id > after).order_by(table.c.id).limit(_BATCH)
    return op.get_bind().execute(found).mappings().all()
