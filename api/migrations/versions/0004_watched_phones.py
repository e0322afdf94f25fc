"""Phones that may be watched, and those that say nothing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Whether the carer's phone is told nothing of a nurse, and what is done when a question gets no answer."""
    op.add_column("escalations", sa.Column("silent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("escalations", "silent", server_default=None)
    op.add_column("asks", sa.Column("otherwise", sa.String(), nullable=False, server_default="page"))
    op.alter_column("asks", "otherwise", server_default=None)


def downgrade() -> None:
    """Without them."""
    op.drop_column("asks", "otherwise")
    op.drop_column("escalations", "silent")
