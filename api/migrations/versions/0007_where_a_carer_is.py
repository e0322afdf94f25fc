"""Where a carer is, as far as they have said, and which edition of the directory is in force."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PLACE = ("nation", "district", "place_asked_for")


def upgrade() -> None:
    """Never a whole postcode; and the need for which the place was asked."""
    for name in PLACE:
        op.add_column("conversations", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "directory_editions",
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_editions")),
    )
    # What an older version has loaded is an edition, too.
    op.execute("INSERT INTO directory_editions (id, loaded_at) VALUES (gen_random_uuid(), now())")


def downgrade() -> None:
    """Without them."""
    op.drop_table("directory_editions")
    for name in reversed(PLACE):
        op.drop_column("conversations", name)
