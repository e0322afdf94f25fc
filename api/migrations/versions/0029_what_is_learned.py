"""What reviewers propose after reading, and the releases that are built from what was accepted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0029"
down_revision = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Two tables. A message that is deleted takes none of its proposals along: they hold nothing of it."""
    op.create_table(
        "proposals",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("marked_from", sa.Integer(), nullable=False),
        sa.Column("marked_to", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("should", sa.String(), nullable=False),
        sa.Column("phrase", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("trial", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_proposals_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["people.id"], name=op.f("fk_proposals_proposed_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_proposals_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_waiting", "proposals", ["proposed_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_proposals_message", "proposals", ["message_id"])
    _releases()


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposal_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("data_path", sa.String(), nullable=True),
        sa.Column("model_path", sa.String(), nullable=True),
        sa.Column("base_mark", sa.String(), nullable=False),
        sa.Column("quick", sa.Integer(), nullable=False),
        sa.Column("compared_with_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, postgresql.JSONB(none_as_null=True), nullable=True)
            for name in ("before", "after", "compared")
        ),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("stirred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("built_by_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("activated_by_id", sa.Uuid(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_releases_{column}"))
            for column, table in (
                ("compared_with_id", "releases"),
                ("built_by_id", "people"),
                ("approved_by_id", "people"),
                ("activated_by_id", "people"),
                ("replaced_id", "releases"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("number", name=op.f("uq_releases_number")),
    )
    op.create_index("uq_releases_live", "releases", ["state"], unique=True, postgresql_where=sa.text("state = 'live'"))
    under_way = sa.text("state IN ('building', 'built')")
    op.create_index("ix_releases_under_way", "releases", ["stirred_at"], postgresql_where=under_way)


def downgrade() -> None:
    """Every process goes by the program's own data again."""
    op.drop_table("releases")
    op.drop_table("proposals")
