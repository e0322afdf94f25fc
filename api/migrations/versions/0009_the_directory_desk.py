"""The directory desk: the history of records, and what carers were told of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Records know when they were edited at the desk; what was changed, and what carers were told of, is kept."""
    op.add_column("directory_services", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "directory_changes",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_directory_changes_person_id")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["directory_services.id"], name=op.f("fk_directory_changes_service_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_directory_changes")),
    )
    op.create_index(op.f("ix_directory_changes_service_id"), "directory_changes", ["service_id"], unique=False)
    op.create_table(
        "directory_signposts",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("nation", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("authority", sa.String(), nullable=True),
        sa.Column("service_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_signposts")),
    )
    op.create_index(op.f("ix_directory_signposts_at"), "directory_signposts", ["at"], unique=False)
    op.create_index(
        op.f("ix_directory_signposts_conversation_id"), "directory_signposts", ["conversation_id"], unique=False
    )
    op.create_index(
        op.f("ix_directory_signposts_service_codes"),
        "directory_signposts",
        ["service_codes"],
        unique=False,
        postgresql_using="gin",
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("directory_signposts")
    op.drop_table("directory_changes")
    op.drop_column("directory_services", "edited_at")
