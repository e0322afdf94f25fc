"""Services that were imported from a feed of Open Referral UK or a table."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Where a service was imported from, and its id there. Neither: it is our own."""
    op.add_column("directory_services", sa.Column("feed", sa.String(), nullable=True))
    op.add_column("directory_services", sa.Column("feed_id", sa.String(), nullable=True))
    op.create_index(op.f("ix_directory_services_feed"), "directory_services", ["feed"], unique=False)


def downgrade() -> None:
    """Without the columns; imported services stay, and the next load retires them."""
    op.drop_index(op.f("ix_directory_services_feed"), table_name="directory_services")
    op.drop_column("directory_services", "feed_id")
    op.drop_column("directory_services", "feed")
