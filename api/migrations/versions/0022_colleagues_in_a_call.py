"""Calls that bring a colleague in.

Revision ID: 0022
Revises: 0021
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """None of those that there are does."""
    op.add_column("staff_calls", sa.Column("joins", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("staff_calls", "joins", server_default=None)


def downgrade() -> None:
    """They become calls that put nobody through."""
    op.drop_column("staff_calls", "joins")
