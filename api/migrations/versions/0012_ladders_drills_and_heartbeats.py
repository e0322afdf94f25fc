"""Paging again when nobody has spoken with the carer, drills, and signs of life."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What is open already is as if it had been asked for when it was raised; who has it is not chased anew."""
    op.add_column("escalations", sa.Column("asked_at", MOMENT, nullable=True))
    op.execute("UPDATE escalations SET asked_at = raised_at")
    op.alter_column("escalations", "asked_at", nullable=False)
    for column in ("round_at", "contact_by"):
        op.add_column("escalations", sa.Column(column, MOMENT, nullable=True))
    still_due = sa.text("contact_by IS NOT NULL")
    op.create_index("ix_escalations_contact_by", "escalations", ["contact_by"], postgresql_where=still_due)
    _drills()
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )


def _drills() -> None:
    op.create_table(
        "drills",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("shift_at", MOMENT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_drills_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
        sa.UniqueConstraint("team_id", "at", name=op.f("uq_drills_team_id_at")),
    )
    op.create_index("ix_drills_unchecked", "drills", ["began_at"], postgresql_where=sa.text("checked_at IS NULL"))
    op.alter_column("pages", "escalation_id", nullable=True)
    op.add_column("pages", sa.Column("drill_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_pages_drill_id"), "pages", "drills", ["drill_id"], ["id"])
    op.create_index(op.f("ix_pages_drill_id"), "pages", ["drill_id"])
    op.create_index("ix_pages_person_id_placed_at", "pages", ["person_id", "placed_at"])
    op.create_check_constraint(op.f("ck_pages_for_one_thing"), "pages", "(escalation_id IS NULL) <> (drill_id IS NULL)")


def downgrade() -> None:
    """Without them; drills are forgotten."""
    op.drop_table("heartbeats")
    op.drop_constraint(op.f("ck_pages_for_one_thing"), "pages")
    op.execute("DELETE FROM staff_texts WHERE page_id IN (SELECT id FROM pages WHERE drill_id IS NOT NULL)")
    op.execute("DELETE FROM pages WHERE drill_id IS NOT NULL")
    op.drop_index("ix_pages_person_id_placed_at", table_name="pages")
    op.drop_column("pages", "drill_id")
    op.alter_column("pages", "escalation_id", nullable=False)
    op.drop_table("drills")
    op.drop_index("ix_escalations_contact_by", table_name="escalations")
    for column in ("contact_by", "round_at", "asked_at"):
        op.drop_column("escalations", column)
