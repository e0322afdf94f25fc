"""Referrals: calls that carers have said yes to, and their timelines."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OPEN = sa.text("state NOT IN ('done', 'declined', 'withdrawn')")


def upgrade() -> None:
    """Both tables, with an index for each time at which something may be due."""
    op.create_table(
        "referrals",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("service_name", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("asked_for", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("good_time", sa.String(), nullable=False),
        sa.Column("consent_message_id", sa.Uuid(), nullable=False),
        sa.Column("consent_question", sa.String(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unread_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_referrals_conversation_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_referrals_team_id")),
        sa.ForeignKeyConstraint(["consent_message_id"], ["messages.id"], name=op.f("fk_referrals_consent_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("consent_message_id", name=op.f("uq_referrals_consent_message_id")),
    )
    op.create_index(op.f("ix_referrals_conversation_id"), "referrals", ["conversation_id"], unique=False)
    op.create_index("ix_referrals_team_id_due_at", "referrals", ["team_id", "due_at"], unique=False)
    op.create_index(
        "uq_referrals_one_open", "referrals", ["conversation_id", "service"], unique=True, postgresql_where=OPEN
    )
    for column in ("try_at", "unread_at", "late_at"):
        still_due = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_referrals_{column}", "referrals", [column], unique=False, postgresql_where=still_due)
    op.create_table(
        "referral_events",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_referral_events_referral_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_referral_events")),
    )
    op.create_index(op.f("ix_referral_events_referral_id"), "referral_events", ["referral_id"], unique=False)


def downgrade() -> None:
    """Without them."""
    op.drop_table("referral_events")
    op.drop_table("referrals")
