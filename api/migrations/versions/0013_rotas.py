"""What duties are made from: patterns, calendars, overrides and swaps; and alarms about holes in a rota."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Seven tables. Duties that stand stay as they are."""
    op.create_table(
        "rota_patterns",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("turns", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("every > 0", name=op.f("ck_rota_patterns_every_some_weeks")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rota_patterns_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_patterns")),
    )
    op.create_index(op.f("ix_rota_patterns_team_id"), "rota_patterns", ["team_id"], unique=False)
    op.create_table(
        "rotas",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("published_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rotas_team_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_rotas")),
    )
    op.create_index(op.f("ix_rotas_look_at"), "rotas", ["look_at"], unique=False)
    op.create_table(
        "cover_alarms",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cover_alarms_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_cover_alarms_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_alarms")),
    )
    op.create_index(
        "ix_cover_alarms_open", "cover_alarms", ["team_id"], unique=False, postgresql_where=sa.text("over_at IS NULL")
    )
    op.create_table(
        "rota_entries",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_rota_entries_ends_after_start")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rota_entries_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rota_entries_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_entries")),
        sa.UniqueConstraint(
            "team_id", "calendar", "uid", "recurrence", name=op.f("uq_rota_entries_team_id_calendar_uid_recurrence")
        ),
    )
    op.create_table(
        "rota_swaps",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_rung", sa.String(), nullable=True),
        sa.Column("back_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["asked_id"], ["people.id"], name=op.f("fk_rota_swaps_asked_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["people.id"], name=op.f("fk_rota_swaps_offered_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rota_swaps_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_swaps")),
    )
    op.create_index(op.f("ix_rota_swaps_team_id_state"), "rota_swaps", ["team_id", "state"], unique=False)
    op.create_table(
        "rota_turns",
        sa.Column("pattern_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["pattern_id"], ["rota_patterns.id"], name=op.f("fk_rota_turns_pattern_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rota_turns_person_id")),
        sa.PrimaryKeyConstraint("pattern_id", "place", name=op.f("pk_rota_turns")),
    )
    op.create_table(
        "rota_overrides",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("instead_of_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swap_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_rota_overrides_ends_after_start")),
        sa.ForeignKeyConstraint(["instead_of_id"], ["people.id"], name=op.f("fk_rota_overrides_instead_of_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rota_overrides_person_id")),
        sa.ForeignKeyConstraint(["swap_id"], ["rota_swaps.id"], name=op.f("fk_rota_overrides_swap_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rota_overrides_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_overrides")),
    )
    op.create_index(op.f("ix_rota_overrides_team_id_ends_at"), "rota_overrides", ["team_id", "ends_at"], unique=False)


def downgrade() -> None:
    """Without them; what was published stays in the duties."""
    for table in (
        "rota_overrides",
        "rota_turns",
        "rota_swaps",
        "rota_entries",
        "cover_alarms",
        "rotas",
        "rota_patterns",
    ):
        op.drop_table(table)
