"""Privacy: nightly retention, legal holds, proofs of erasure, yeses to learning; and sheets that can be erased."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0027"
down_revision = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# A sheet stays as it was made, but for one thing: the law may want a carer's part of it gone. Whoever does that says so
# in their own transaction, and puts it on record.
MAY_ERASE = """
CREATE OR REPLACE FUNCTION handover_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('nightlight.erasing', true) = 'yes' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a handover sheet stays as it was made';
END $$;
"""
FROZEN = """
CREATE OR REPLACE FUNCTION handover_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a handover sheet stays as it was made';
END $$;
"""
# What a carer has said yes to, in one place. Rows of other tables, and no copy of them.
CONSENTS = """
CREATE VIEW consents AS
    SELECT 'referral' AS kind, id, conversation_id, service_name AS what_for, consented_at AS given_at,
           CASE WHEN state = 'withdrawn' THEN ended_at END AS withdrawn_at
      FROM referrals
    UNION ALL
    SELECT 'learning', id, conversation_id, 'teaching the line', given_at, withdrawn_at
      FROM learning_consents
"""
# Without these, each row that goes would have a whole table read through for others that hang from it.
INDEXES = (
    ("asks", "message_id"),
    ("carer_calls", "conversation_id"),
    ("carer_calls", "nurse_call_id"),
    ("carer_calls", "unsure_message_id"),
    ("escalation_answers", "message_id"),
    ("escalation_findings", "message_id"),
    ("idempotency_keys", "subject_id"),
    ("staff_call_turns", "call_id"),
    ("switch_notices", "conversation_id"),
)


def upgrade() -> None:
    """Nothing is deleted before the first night."""
    op.add_column("conversations", _moment("blanked_at", nullable=True))
    op.create_index("ix_conversations_quiet", "conversations", ["last_message_at", "id"])
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _runs_and_erasures()
    _holds()
    _learning()
    _run(MAY_ERASE)
    op.execute(CONSENTS)


def _run(script: str) -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script)
    cursor.close()


def _moment(name: str, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _runs_and_erasures() -> None:
    op.create_table(
        "retention_runs",
        sa.Column("night", sa.Date(), nullable=False),
        _moment("began_at"),
        _moment("claimed_until"),
        _moment("ended_at", nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
        sa.UniqueConstraint("night", name=op.f("uq_retention_runs_night")),
    )
    op.create_table(
        "erasures",
        sa.Column("fingerprints", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _moment("at"),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("passed_on", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("dialogues", postgresql.ARRAY(sa.Text()), nullable=False),
        _moment("ended_at", nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_left", "erasures", ["at"], postgresql_where=sa.text("ended_at IS NULL"))


def _holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("whole_person", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        _moment("set_at"),
        sa.Column("review_on", sa.Date(), nullable=False),
        _moment("lifted_at", nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_because", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_legal_holds_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_conversation_id"), "legal_holds", ["conversation_id"])
    standing = sa.text("lifted_at IS NULL")
    op.create_index("ix_legal_holds_standing", "legal_holds", ["review_on"], postgresql_where=standing)


def _learning() -> None:
    op.create_table(
        "learning_consents",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        _moment("given_at"),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _moment("withdrawn_at", nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_learning_consents_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_consents")),
    )
    op.create_index(op.f("ix_learning_consents_conversation_id"), "learning_consents", ["conversation_id"])
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_learning_consents_one", "learning_consents", ["conversation_id"], unique=True, postgresql_where=standing
    )


def downgrade() -> None:
    """Without them. What was deleted, blanked and erased stays so."""
    op.execute("DROP VIEW consents")
    _run(FROZEN)
    for table in ("learning_consents", "legal_holds", "erasures", "retention_runs"):
        op.drop_table(table)
    for table, column in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    op.drop_index("ix_conversations_quiet", "conversations")
    op.drop_column("conversations", "blanked_at")
