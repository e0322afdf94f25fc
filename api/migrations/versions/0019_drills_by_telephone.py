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


def _drills() -> None:
    op.alter_column("staff_calls", "escalation_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_staff_calls_for_something"), "staff_calls", "escalation_id IS NOT NULL OR page_id IS NOT NULL"
    )
    op.add_column("pages", sa.Column("answered_by", sa.String(), nullable=True))
    op.execute("UPDATE pages SET answered_by = 'text' WHERE drill_id IS NOT NULL AND answered_at IS NOT NULL")


def downgrade() -> None:
    """Without them; calls of drills are forgotten."""
    op.drop_column("pages", "answered_by")
    op.drop_constraint(op.f("ck_staff_calls_for_something"), "staff_calls")
    op.execute("DELETE FROM staff_call_turns WHERE call_id IN (SELECT id FROM staff_calls WHERE escalation_id IS NULL)")
    op.execute("DELETE FROM staff_calls WHERE escalation_id IS NULL")
    op.alter_column("staff_calls", "escalation_id", nullable=False)
