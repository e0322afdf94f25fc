"""What of conversations is reviewed, by whom, what they said, and what was missed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Nothing was reviewed before."""
    _stretches()
    _assignments()
    _reviews()
    _missed()


def _stretches() -> None:
    table = "review_stretches"
    op.create_table(
        table,
        _id("id"),
        _id("conversation_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _id("team_id"),
        _moment("began_at"),
        _moment("ended_at"),
        _moment("decided_at"),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("chosen", "second", "hard", "settled")),
        _to(table, "conversation_id", "conversations"),
        _to(table, "team_id", "teams"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_stretches")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_review_stretches_conversation_id_number")),
    )
    op.create_index("ix_review_stretches_of_team", table, ["team_id", "ended_at"])
    op.create_index(
        "ix_review_stretches_unread", table, ["team_id", "decided_at"], postgresql_where=sa.text("NOT settled")
    )


def _assignments() -> None:
    table = "review_assignments"
    op.create_table(
        table,
        _id("id"),
        _id("stretch_id"),
        _id("conversation_id"),
        sa.Column("round", sa.String(), nullable=False),
        _id("reviewer_id"),
        sa.Column("hard", sa.Boolean(), nullable=False),
        _moment("made_at"),
        _moment("due_at"),
        *(_moment(name, True) for name in ("done_at", "passed_at", "debrief_wished_at", "debrief_had_at")),
        _id("debrief_had_by_id", True),
        _to(table, "stretch_id", "review_stretches"),
        _to(table, "conversation_id", "conversations"),
        _to(table, "reviewer_id", "people"),
        _to(table, "debrief_had_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_assignments")),
    )
    op.create_index(op.f("ix_review_assignments_conversation_id"), table, ["conversation_id"])
    op.create_index("ix_review_assignments_of", table, ["reviewer_id", "made_at"])
    live = sa.text("passed_at IS NULL")
    op.create_index("uq_review_assignments_one", table, ["stretch_id", "round"], unique=True, postgresql_where=live)
    wished = sa.text("debrief_wished_at IS NOT NULL AND debrief_had_at IS NULL")
    op.create_index("ix_review_assignments_debrief", table, ["debrief_wished_at"], postgresql_where=wished)


def _reviews() -> None:
    table = "reviews"
    words = ("answer_right", "answer_kind", "answer_complete", "safety_net")
    op.create_table(
        table,
        _id("id"),
        _id("stretch_id"),
        _id("conversation_id"),
        _id("reviewer_id"),
        sa.Column("round", sa.String(), nullable=False),
        _moment("at"),
        sa.Column("should_have_escalated", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.String(), nullable=True),
        _id("since_message_id", True),
        _moment("since", True),
        *(sa.Column(name, sa.String(), nullable=False) for name in words),
        sa.Column("safeguarding", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        _to(table, "stretch_id", "review_stretches"),
        _to(table, "conversation_id", "conversations"),
        _to(table, "reviewer_id", "people"),
        _to(table, "since_message_id", "messages"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("stretch_id", "reviewer_id", name=op.f("uq_reviews_stretch_id_reviewer_id")),
    )
    op.create_index(op.f("ix_reviews_conversation_id"), table, ["conversation_id"])


def _missed() -> None:
    table = "missed_crises"
    op.create_table(
        table,
        _id("id"),
        _id("stretch_id"),
        _id("conversation_id"),
        _id("team_id"),
        _id("message_id", True),
        _moment("found_at"),
        _id("found_by_id"),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("seconds_lost", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _id("mended_by", True),
        _id("accepted_by_id", True),
        sa.Column("reason", sa.String(), nullable=True),
        _to(table, "stretch_id", "review_stretches"),
        _to(table, "conversation_id", "conversations"),
        _to(table, "team_id", "teams"),
        _to(table, "message_id", "messages"),
        _to(table, "found_by_id", "people"),
        _to(table, "accepted_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_crises")),
        sa.UniqueConstraint("stretch_id", name=op.f("uq_missed_crises_stretch_id")),
    )
    op.create_index(op.f("ix_missed_crises_conversation_id"), table, ["conversation_id"])
    op.create_index("ix_missed_crises_of_team", table, ["team_id", "found_at"])
    op.create_index("ix_missed_crises_open", table, ["found_at"], postgresql_where=sa.text("state = 'open'"))


def downgrade() -> None:
    """Without reviews; what was said in them is gone."""
    for table in ("missed_crises", "reviews", "review_assignments", "review_stretches"):
        op.drop_table(table)
