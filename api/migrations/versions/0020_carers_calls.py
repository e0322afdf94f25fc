"""Carers' telephone calls, and what was said in each turn of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TIME = sa.DateTime(timezone=True)
_WAITING = "delivery IN ('queued', 'sending')"


def upgrade() -> None:
    """Two new tables; nothing that there is changes."""
    op.create_table(
        "carer_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("caller", sa.String(), nullable=True),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("busy_until", _TIME, nullable=True),
        sa.Column("spoken_seq", sa.BigInteger(), nullable=False),
        sa.Column("spoke", sa.Boolean(), nullable=False),
        sa.Column("silences", sa.Integer(), nullable=False),
        sa.Column("menu_open", sa.Boolean(), nullable=False),
        sa.Column("relay", sa.Boolean(), nullable=False),
        sa.Column("unsure_message_id", sa.Uuid(), nullable=True),
        sa.Column("nurse_call_id", sa.Uuid(), nullable=True),
        sa.Column("connected_at", _TIME, nullable=True),
        sa.Column("back_no", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_at", _TIME, nullable=True),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("carrier_sid", sa.String(), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        *(_points("carer_calls", column, table) for column, table in _POINTS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carer_calls")),
        sa.UniqueConstraint("carrier_sid", name=op.f("uq_carer_calls_carrier_sid")),
    )
    live, waiting = sa.text("ended_at IS NULL"), sa.text(_WAITING)
    op.create_index("ix_carer_calls_live", "carer_calls", ["conversation_id"], postgresql_where=live)
    op.create_index("ix_carer_calls_waiting", "carer_calls", ["try_at"], postgresql_where=waiting)
    op.create_index("ix_carer_calls_caller", "carer_calls", ["caller", "started_at"])
    op.create_table(
        "carer_call_turns",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        _points("carer_call_turns", "call_id", "carer_calls"),
        sa.PrimaryKeyConstraint("call_id", "turn", name=op.f("pk_carer_call_turns")),
    )


_POINTS = {"conversation_id": "conversations", "unsure_message_id": "messages", "nurse_call_id": "staff_calls"}


def _points(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """What was said is in the conversations and stays."""
    op.drop_table("carer_call_turns")
    op.drop_table("carer_calls")
