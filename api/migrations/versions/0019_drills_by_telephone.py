"""Drills by telephone, alarms of the line itself, calendars that are read again, and a time limit on handing on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OLD_ALARMS = "'page_failed', 'page_too_late', 'rung_skipped', 'ladder_used_up', 'accept_late', 'contact_late'"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What has been answered before was answered by text, which was the only way."""
    _drills()
    _line_alarms()
    _handing_on()


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


def _handing_on() -> None:
    """What is handed on already has no limit: it was begun under another rule."""
    op.add_column("escalations", sa.Column("hand_by", MOMENT, nullable=True))
    due = sa.text("hand_by IS NOT NULL")
    op.create_index("ix_escalations_hand_by", "escalations", ["hand_by"], postgresql_where=due)
    _unseen(f"{OLD_ALARMS}, 'hand_on_late', 'webhook_failed'")


def _unseen(alarms: str) -> None:
    """The index of alarms that nobody has seen, made anew for these."""
    op.drop_index("ix_escalation_events_unseen", table_name="escalation_events")
    op.create_index(
        "ix_escalation_events_unseen",
        "escalation_events",
        ["escalation_id"],
        unique=False,
        postgresql_where=sa.text(f"seen_at IS NULL AND kind IN ({alarms})"),
    )


def downgrade() -> None:
    """Without them; calls of drills are forgotten."""
    _unseen(f"{OLD_ALARMS}, 'webhook_failed'")
    op.drop_index("ix_escalations_hand_by", table_name="escalations")
    op.drop_column("escalations", "hand_by")
    for table in ("staff_texts", "messages"):
        op.drop_index(f"ix_{table}_sent_at", table_name=table)
    op.drop_table("line_alarms")
    op.drop_column("pages", "answered_by")
    op.drop_constraint(op.f("ck_staff_calls_for_something"), "staff_calls")
    op.execute("DELETE FROM staff_call_turns WHERE call_id IN (SELECT id FROM staff_calls WHERE escalation_id IS NULL)")
    op.execute("DELETE FROM staff_calls WHERE escalation_id IS NULL")
    op.alter_column("staff_calls", "escalation_id", nullable=False)
