"""The few questions after a first instruction, and carers whose person has died."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """What is being asked, which message answers what, and when somebody died."""
    op.add_column("conversations", sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("conversations", sa.Column("died_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "escalation_answers",
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_escalation_answers_escalation_id_escalations")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_escalation_answers_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_answers")),
        sa.UniqueConstraint("escalation_id", "message_id", name=op.f("uq_escalation_answers_escalation_id")),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("escalation_answers")
    op.drop_column("conversations", "died_at")
    op.drop_column("conversations", "questions")
