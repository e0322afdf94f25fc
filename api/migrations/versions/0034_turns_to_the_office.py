"""Whether the office is rung after a turn is on record: it was told by the words, which may be edited meanwhile."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Of calls under way while this runs none is on its way to an office."""
    op.add_column("carer_call_turns", sa.Column("to_office", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("carer_call_turns", "to_office", server_default=None)


def downgrade() -> None:
    op.drop_column("carer_call_turns", "to_office")
