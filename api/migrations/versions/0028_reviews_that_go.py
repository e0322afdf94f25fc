"""Reviews and misses are found by what they hang from, so that deleting reads no whole table."""

from collections.abc import Sequence

from alembic import op

revision: str = "0028"
down_revision = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INDEXES = (
    ("missed_crises", "message_id"),
    ("review_assignments", "stretch_id"),
    ("reviews", "since_message_id"),
)


def upgrade() -> None:
    """Three indexes."""
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Without them."""
    for table, column in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
