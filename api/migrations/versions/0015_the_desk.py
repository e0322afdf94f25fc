"""The desk: who took a conversation and when, tasks with a due time, handover sheets, and live switches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WORDS = "CREATE INDEX ix_messages_words ON messages USING gin (to_tsvector('english', body))"
# What a person signed for at eight in the morning reads the same at noon. Taking a whole sheet away stays possible.
FROZEN = """
CREATE FUNCTION handover_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a handover sheet stays as it was made';
END $$;
CREATE TRIGGER handover_is_frozen BEFORE UPDATE OF sheet, team_id, from_at, until_at, made_at, made_by ON handovers
    FOR EACH ROW EXECUTE FUNCTION handover_is_frozen();
CREATE TRIGGER correction_is_frozen BEFORE UPDATE ON handover_corrections
    FOR EACH ROW EXECUTE FUNCTION handover_is_frozen();
"""
# How long a task of each urgency may wait, for those that stood open before there was a due time.
DUE = """
UPDATE tasks SET due_at = created_at + CASE priority
    WHEN 'P0' THEN interval '10 minutes' WHEN 'P1S' THEN interval '10 minutes' WHEN 'P1' THEN interval '30 minutes'
    WHEN 'P2' THEN interval '2 hours' ELSE interval '5 days' END
"""


def upgrade() -> None:
    """Everything of the desk."""
    _conversations()
    _tasks()
    _switches()
    _handovers()


def _moment(name: str, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _conversations() -> None:
    op.add_column("conversations", _moment("held_at", nullable=True))
    op.add_column("conversations", _moment("left_at", nullable=True))
    op.execute("UPDATE conversations SET held_at = last_message_at WHERE mode = 'person'")
    held = sa.text("mode = 'person' AND closed_at IS NULL")
    op.create_index("ix_conversations_held", "conversations", ["held_at"], postgresql_where=held)
    op.create_index("ix_conversations_inbox", "conversations", ["team_id", "last_message_at", "id"])
    op.execute(WORDS)


def _tasks() -> None:
    op.add_column("tasks", _moment("due_at", nullable=True))
    op.execute(DUE)
    op.alter_column("tasks", "due_at", nullable=False)
    op.add_column("tasks", sa.Column("taken_by_id", sa.Uuid(), nullable=True))
    op.add_column("tasks", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("tasks", "tries", server_default=None)
    op.add_column("tasks", sa.Column("outcome", sa.String(), nullable=True))
    op.add_column("tasks", _moment("alarmed_at", nullable=True))
    op.create_foreign_key(op.f("fk_tasks_taken_by_id"), "tasks", "people", ["taken_by_id"], ["id"])
    still_due = sa.text("done_at IS NULL AND alarmed_at IS NULL")
    op.create_index("ix_tasks_due", "tasks", ["due_at"], postgresql_where=still_due)
    op.create_table(
        "task_events",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        _moment("at"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_events_task_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_task_events")),
    )
    op.create_index(op.f("ix_task_events_task_id"), "task_events", ["task_id"])


def _switches() -> None:
    op.create_table(
        "switches",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        _moment("set_at"),
        _moment("ends_at"),
        _moment("ended_at", nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_switches_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_switches")),
    )
    on = sa.text("ended_at IS NULL")
    op.create_index("uq_switches_on", "switches", ["team_id", "kind"], unique=True, postgresql_where=on)
    op.create_table(
        "switch_notices",
        sa.Column("switch_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        _moment("at"),
        sa.ForeignKeyConstraint(["switch_id"], ["switches.id"], name=op.f("fk_switch_notices_switch_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_switch_notices_conversation_id")
        ),
        sa.PrimaryKeyConstraint("switch_id", "conversation_id", name=op.f("pk_switch_notices")),
    )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        _moment("from_at"),
        _moment("until_at"),
        _moment("made_at"),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("sheet", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _moment("chase_at", nullable=True),
        _moment("chased_at", nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_handovers_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("team_id", "until_at", name=op.f("uq_handovers_team_id_until_at")),
    )
    due = sa.text("chase_at IS NOT NULL")
    op.create_index("ix_handovers_chase", "handovers", ["chase_at"], postgresql_where=due)
    _of_handovers("handover_reads", ["handover_id", "person_id"])
    words = (sa.Column("id", sa.Uuid(), nullable=False), sa.Column("words", sa.String(), nullable=False))
    _of_handovers("handover_corrections", ["id"], *words)
    cursor = op.get_bind().connection.cursor()
    cursor.execute(FROZEN)
    cursor.close()


def _of_handovers(table: str, key: list[str], *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _moment("at"),
        *columns,
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name=op.f(f"fk_{table}_handover_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    """Without all of it."""
    for table in ("handover_corrections", "handover_reads", "handovers", "switch_notices", "switches", "task_events"):
        op.drop_table(table)
    op.execute("DROP FUNCTION handover_is_frozen()")
    op.drop_index("ix_tasks_due", "tasks")
    for column in ("due_at", "taken_by_id", "tries", "outcome", "alarmed_at"):
        op.drop_column("tasks", column)
    op.drop_index("ix_messages_words", "messages")
    op.drop_index("ix_conversations_inbox", "conversations")
    op.drop_index("ix_conversations_held", "conversations")
    op.drop_column("conversations", "left_at")
    op.drop_column("conversations", "held_at")
