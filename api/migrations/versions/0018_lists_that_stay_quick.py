"""Lists that stay quick: an index for each order and filter of the lists of `/v1`, and for deliveries that are over."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INDEXES = (
    ("ix_escalations_of_team", "escalations", ["team_id", "raised_at", "id"], None),
    ("ix_escalations_newest", "escalations", ["raised_at", "id"], None),
    ("ix_escalations_in_state", "escalations", ["state", "raised_at", "id"], None),
    ("ix_pages_newest", "pages", ["placed_at", "id"], None),
    ("ix_pages_in_state", "pages", ["state", "placed_at", "id"], None),
    ("ix_tasks_of_team", "tasks", ["team_id", "created_at", "id"], None),
    ("ix_tasks_newest", "tasks", ["created_at", "id"], None),
    ("ix_tasks_open", "tasks", ["created_at", "id"], "done_at IS NULL"),
    ("ix_conversations_of_team", "conversations", ["team_id", "opened_at", "id"], None),
    ("ix_conversations_newest", "conversations", ["opened_at", "id"], None),
    ("ix_conversations_open", "conversations", ["opened_at", "id"], "closed_at IS NULL"),
    ("ix_conversations_mode", "conversations", ["mode", "opened_at", "id"], None),
    ("ix_webhook_deliveries_newest", "webhook_deliveries", ["at", "id"], None),
    ("ix_webhook_deliveries_in_state", "webhook_deliveries", ["state", "at", "id"], None),
    ("ix_webhook_deliveries_ended", "webhook_deliveries", ["ended_at"], "ended_at IS NOT NULL"),
)


def upgrade() -> None:
    """Nothing but indexes."""
    for name, table, columns, where in INDEXES:
        op.create_index(name, table, columns, postgresql_where=sa.text(where) if where else None)


def downgrade() -> None:
    """Without them."""
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
