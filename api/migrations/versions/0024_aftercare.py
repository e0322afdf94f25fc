"""The survey of carers, and what became of them a day and a week after a call for help was closed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_CLOSED, _OPEN = sa.text("resolved_at IS NOT NULL"), sa.text("recorded_at IS NULL")


def upgrade() -> None:
    """Nobody has been asked anything yet."""
    op.add_column("conversations", sa.Column("survey_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_escalations_resolved", "escalations", ["resolved_at"], postgresql_where=_CLOSED)
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("helped", sa.String(), nullable=True),
        sa.Column("safe", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_survey_answers_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answers"),
    )
    op.create_index("ix_survey_answers_asked", "survey_answers", ["conversation_id", "asked_at"])
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("escalation_id", sa.Uuid(), nullable=True),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("avoidable", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_outcomes_conversation_id"),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"], name="fk_outcomes_escalation_id"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name="fk_outcomes_recorded_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
        sa.UniqueConstraint("escalation_id", "due", name="uq_outcomes_escalation_id_due"),
    )
    op.create_index("ix_outcomes_conversation_id", "outcomes", ["conversation_id"])
    op.create_index("ix_outcomes_open", "outcomes", ["due_at"], postgresql_where=_OPEN)


def downgrade() -> None:
    """What carers answered and what became of them is lost."""
    op.drop_table("outcomes")
    op.drop_table("survey_answers")
    op.drop_index("ix_escalations_resolved", "escalations")
    op.drop_column("conversations", "survey_until")
