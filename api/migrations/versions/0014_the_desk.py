"""What the desk does: handing on, the safety-net, alarms that somebody has seen, what nurses find out, feedback."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ALARMS = "kind IN ('page_failed', 'page_too_late', 'rung_skipped', 'ladder_used_up', 'accept_late', 'contact_late')"


def upgrade() -> None:
    """New columns are empty. Alarms of before today count as seen: nobody can act on them any more."""
    op.add_column("escalations", sa.Column("handed_to_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_escalations_handed_to_id"), "escalations", "people", ["handed_to_id"], ["id"])
    op.add_column("escalations", sa.Column("safety_net", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("escalation_events", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("escalation_events", sa.Column("seen_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_escalation_events_seen_by_id"), "escalation_events", "people", ["seen_by_id"], ["id"]
    )
    events = sa.table("escalation_events", sa.column("seen_at"), sa.column("at"))
    op.execute(sa.update(events).values(seen_at=events.c.at).where(sa.text(ALARMS)))
    op.create_index(
        "ix_escalation_events_unseen",
        "escalation_events",
        ["escalation_id"],
        unique=False,
        postgresql_where=sa.text(f"seen_at IS NULL AND {ALARMS}"),
    )
    _facts()
    _feedback()


def _facts() -> None:
    op.create_table(
        "escalation_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"], name=op.f("fk_escalation_facts_escalation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_escalation_facts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_facts")),
    )
    op.create_index(op.f("ix_escalation_facts_escalation_id"), "escalation_facts", ["escalation_id"], unique=False)


def _feedback() -> None:
    op.create_table(
        "page_feedback",
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("was_right", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_feedback_page_id")),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"], name=op.f("fk_page_feedback_escalation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_page_feedback_person_id")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_page_feedback")),
    )
    op.create_index(op.f("ix_page_feedback_escalation_id"), "page_feedback", ["escalation_id"], unique=False)


def downgrade() -> None:
    """Without what the desk added; what was written in it is gone."""
    op.drop_table("page_feedback")
    op.drop_table("escalation_facts")
    op.drop_index("ix_escalation_events_unseen", table_name="escalation_events")
    op.drop_column("escalation_events", "seen_by_id")
    op.drop_column("escalation_events", "seen_at")
    op.drop_column("escalations", "safety_net")
    op.drop_column("escalations", "handed_to_id")
