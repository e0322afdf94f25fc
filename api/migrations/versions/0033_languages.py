"""The language of a conversation: what reviewers search by and figures count by.

The mark of a language is replaced when the carer names another; all other marks stay. What gathers the facts anew is
the function of 0023 with one more source.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TABLES = ("conversations", "contact_figures", "call_figures")
_FUNCTION = """
CREATE FUNCTION facts_of_language() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE conversation_facts
     SET marks = (SELECT array_agg(one ORDER BY one) FROM unnest(marks || ARRAY['language:' || NEW.language]) AS one
                   WHERE one NOT LIKE 'language:%' OR one = 'language:' || NEW.language)
   WHERE conversation_id = NEW.id AND NOT marks @> ARRAY['language:' || NEW.language];
  RETURN NULL;
END $$;
"""
_TRIGGER = """
CREATE CONSTRAINT TRIGGER facts_of_language AFTER INSERT OR UPDATE OF language ON conversations
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.language IS NOT NULL) EXECUTE FUNCTION facts_of_language()
"""
_BEFORE = "UNION SELECT conversation_id, 'asked' FROM asks"
_AFTER = "UNION SELECT id, 'language:' || language FROM conversations UNION SELECT conversation_id, 'asked' FROM asks"


def upgrade() -> None:
    """Of no conversation that there is the language is known."""
    for table in _TABLES:
        op.add_column(table, sa.Column("language", sa.String(), nullable=True))
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)
    _gather_with(_BEFORE, _AFTER)


def downgrade() -> None:
    """The languages are lost, and so are the marks that tell them."""
    _gather_with(_AFTER, _BEFORE)
    op.execute("DROP TRIGGER facts_of_language ON conversations")
    op.execute("DROP FUNCTION facts_of_language()")
    op.execute(
        "UPDATE conversation_facts SET marks = "
        "ARRAY(SELECT one FROM unnest(marks) AS one WHERE one NOT LIKE 'language:%') "
        "WHERE array_to_string(marks, ' ') LIKE '%language:%'"
    )
    for table in _TABLES:
        op.drop_column(table, "language")


def _gather_with(old: str, new: str) -> None:
    found = op.get_bind().execute(sa.text("SELECT pg_get_functiondef('gather_conversation_facts()'::regprocedure)"))
    definition = found.scalar_one()
    if old not in definition:
        raise RuntimeError("gather_conversation_facts() is not what 0023 made")
    op.get_bind().exec_driver_sql(definition.replace(old, new))
