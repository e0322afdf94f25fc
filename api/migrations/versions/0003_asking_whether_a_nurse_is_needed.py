"""Asking whether a nurse is needed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OPEN = sa.text("closed_at IS NULL")
_DUE = sa.text("closed_at IS NULL AND page_at IS NOT NULL")


def upgrade() -> None:
    """The table of asks."""
    op.create_table(
        "asks",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_asks_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_asks_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    op.create_index(op.f("ix_asks_conversation_id"), "asks", ["conversation_id"], unique=False)
    op.create_index("uq_asks_one_open", "asks", ["conversation_id"], unique=True, postgresql_where=_OPEN)
    op.create_index("ix_asks_due", "asks", ["page_at"], unique=False, postgresql_where=_DUE)


def downgrade() -> None:
    """Without it."""
    op.drop_table("asks")
