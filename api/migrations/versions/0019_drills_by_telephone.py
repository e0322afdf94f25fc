"""Drills by telephone, alarms of the line itself, calendars that are read again, and a time limit on handing on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What has been answered before was answered by text, which was the only way."""
    _drills()
    _line_alarms()


def _drills() -> None:
    op.alter_column("staff_calls", "escalation_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_staff_calls_for_something"), "staff_calls", "escalation_id IS NOT NULL OR page_id IS NOT NULL"
    )
    op.add_column("pages", sa.Column("answered_by", sa.String(), nullable=True))
    op.execute("UPDATE pages SET answered_by = 'text' WHERE drill_id IS NOT NULL AND answered_at IS NOT NULL")


def _line_alarms() -> None:
    op.create_table(
        "line_alarms",
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("over_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_alarms")),
    )
    still_on = sa.text("over_at IS NULL")
    op.create_index("uq_line_alarms_open", "line_alarms", ["trouble"], unique=True, postgresql_where=still_on)
    for table in ("staff_texts", "messages"):
        was_sent = sa.text("sent_at IS NOT NULL")
        op.create_index(f"ix_{table}_sent_at", table, ["sent_at"], postgresql_where=was_sent)


def downgrade() -> None:
    """Without them; calls of drills are forgotten."""
    for table in ("staff_texts", "messages"):
        op.drop_index(f"ix_{table}_sent_at", table_name=table)
    op.drop_table("line_alarms")
    op.drop_column("pages", "answered_by")
    op.drop_constraint(op.f("ck_staff_calls_for_something"), "staff_calls")
    op.execute("DELETE FROM staff_call_turns WHERE call_id IN (SELECT id FROM staff_calls WHERE escalation_id IS NULL)")
    op.execute("DELETE FROM staff_calls WHERE escalation_id IS NULL")
    op.alter_column("staff_calls", "escalation_id", nullable=False)
