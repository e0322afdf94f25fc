"""Carers' calls over a socket: when one last stirred, which turn was heard, and how long each waits afterwards."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OPEN = sa.text("streamed_at IS NOT NULL AND ended_at IS NULL")


def upgrade() -> None:
    """What is spoken is kept as words; whoever speaks it puts it into the carrier's form."""
    op.add_column("carer_calls", sa.Column("heard", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("carer_calls", "heard", server_default=None)
    op.add_column("carer_calls", sa.Column("streamed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_carer_calls_streamed", "carer_calls", ["streamed_at"], postgresql_where=_OPEN)
    op.add_column("carer_call_turns", sa.Column("seconds", sa.Integer(), nullable=False, server_default="6"))
    op.alter_column("carer_call_turns", "seconds", server_default=None)
    op.drop_column("carer_call_turns", "document")


def downgrade() -> None:
    """Turns that were answered already would be answered with nothing: only calls that go on just now have any."""
    op.add_column("carer_call_turns", sa.Column("document", sa.String(), nullable=False, server_default=""))
    op.alter_column("carer_call_turns", "document", server_default=None)
    op.drop_column("carer_call_turns", "seconds")
    op.drop_index("ix_carer_calls_streamed", "carer_calls")
    op.drop_column("carer_calls", "streamed_at")
    op.drop_column("carer_calls", "heard")
