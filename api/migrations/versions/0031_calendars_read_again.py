"""Calendars that were taken over from their address are read there again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """A table for them. None is known yet: addresses were not kept before."""
    op.create_table(
        "rota_feeds",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_again_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rota_feeds_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_feeds")),
        sa.UniqueConstraint("team_id", "calendar", name=op.f("uq_rota_feeds_team_id_calendar")),
    )
    op.create_index(op.f("ix_rota_feeds_read_again_at"), "rota_feeds", ["read_again_at"])


def downgrade() -> None:
    """Without them. What was taken over stays."""
    op.drop_table("rota_feeds")
