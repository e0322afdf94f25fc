"""Calls to staff: pages read aloud, and calls that put a nurse through to a carer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """A row for each call, due and claimed like a text, and one for each turn of it, so that a repeat does nothing."""
    op.create_table(
        "staff_calls",
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("carer_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carer_ended", sa.String(), nullable=True),
        sa.Column("carer_seconds", sa.Integer(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier_sid", sa.String(), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"], name=op.f("fk_staff_calls_escalation_id")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_staff_calls_page_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_calls_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_calls")),
        sa.UniqueConstraint("carrier_sid", name=op.f("uq_staff_calls_carrier_sid")),
    )
    for column in ("escalation_id", "page_id"):
        op.create_index(op.f(f"ix_staff_calls_{column}"), "staff_calls", [column], unique=False)
    op.create_index(
        "ix_staff_calls_waiting",
        "staff_calls",
        ["try_at"],
        unique=False,
        postgresql_where=sa.text("delivery IN ('queued', 'sending')"),
    )
    op.create_index(
        "ix_staff_calls_ringing",
        "staff_calls",
        ["sent_at"],
        unique=False,
        postgresql_where=sa.text("delivery = 'sent' AND answered_at IS NULL"),
    )
    op.create_table(
        "staff_call_turns",
        sa.Column("carrier_sid", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["staff_calls.id"], name=op.f("fk_staff_call_turns_call_id")),
        sa.PrimaryKeyConstraint("carrier_sid", "turn", name=op.f("pk_staff_call_turns")),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("staff_call_turns")
    op.drop_table("staff_calls")
