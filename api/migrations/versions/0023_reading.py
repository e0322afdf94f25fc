"""Reading transcripts: what was heard in each message, its words, a row of facts for each conversation, saved searches.

The facts are kept by triggers, because what they are gathered from is written in a dozen places, by people, jobs and
programs, and a thirteenth must not be able to forget them. The triggers are deferred: they run when everything else of
a transaction is done, so that whoever pages a nurse and whoever takes a message in never wait for each other in a ring.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0023"
down_revision = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FUNCTIONS = """
CREATE FUNCTION marks_of_message(heard jsonb, understood jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_remove(array_agg(mark), NULL) FROM (
    SELECT 'need:' || (understood ->> 'intent') AS mark
    UNION ALL SELECT 'category:' || (one ->> 'category') FROM jsonb_array_elements(heard -> 'findings') AS one
    UNION ALL SELECT 'priority:' || (one ->> 'priority') FROM jsonb_array_elements(heard -> 'findings') AS one
  ) AS found
$$;
CREATE FUNCTION mark_conversation(which uuid, added text[]) RETURNS void LANGUAGE sql AS $$
  UPDATE conversation_facts
     SET marks = (SELECT array_agg(DISTINCT one ORDER BY one) FROM unnest(marks || added) AS one)
   WHERE conversation_id = which AND NOT marks @> added
$$;
CREATE FUNCTION facts_of_new_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO conversation_facts (conversation_id, team_id, channel, opened_at, messages, marks)
    VALUES (NEW.id, NEW.team_id, NEW.channel, NEW.opened_at, 0, '{}');
  RETURN NULL;
END $$;
CREATE FUNCTION facts_of_message() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_is messages;
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE conversation_facts SET messages = messages + 1 WHERE conversation_id = NEW.conversation_id;
  END IF;
  SELECT * INTO now_is FROM messages WHERE id = NEW.id;
  IF now_is.understood IS NOT NULL OR now_is.heard -> 'findings' -> 0 IS NOT NULL THEN
    PERFORM mark_conversation(NEW.conversation_id, marks_of_message(now_is.heard, now_is.understood));
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION facts_of_escalation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mark_conversation(NEW.conversation_id, array_remove(
    ARRAY['category:' || NEW.category, 'priority:' || NEW.priority, 'outcome:' || NEW.outcome], NULL));
  RETURN NULL;
END $$;
CREATE FUNCTION facts_of_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mark_conversation(conversation_id, ARRAY['category:' || NEW.category, 'priority:' || NEW.priority])
     FROM escalations WHERE id = NEW.escalation_id;
  RETURN NULL;
END $$;
CREATE FUNCTION facts_of_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mark_conversation(conversation_id, ARRAY['paged']) FROM escalations WHERE id = NEW.escalation_id;
  RETURN NULL;
END $$;
CREATE FUNCTION facts_of_ask() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mark_conversation(NEW.conversation_id, ARRAY['asked']);
  RETURN NULL;
END $$;
CREATE FUNCTION facts_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mark_conversation(NEW.id, ARRAY['person']);
  RETURN NULL;
END $$;
CREATE FUNCTION gather_conversation_facts() RETURNS void LANGUAGE sql AS $$
  WITH found AS (
    SELECT conversation_id, unnest(marks_of_message(heard, understood)) AS mark
      FROM messages WHERE heard IS NOT NULL OR understood IS NOT NULL
    UNION SELECT conversation_id,
                 unnest(ARRAY['category:' || category, 'priority:' || priority, 'outcome:' || outcome]) FROM escalations
    UNION SELECT e.conversation_id, unnest(ARRAY['category:' || f.category, 'priority:' || f.priority])
            FROM escalation_findings AS f JOIN escalations AS e ON e.id = f.escalation_id
    UNION SELECT e.conversation_id, 'paged' FROM pages AS p JOIN escalations AS e ON e.id = p.escalation_id
    UNION SELECT conversation_id, 'asked' FROM asks
    UNION SELECT id, 'person' FROM conversations WHERE mode = 'person'
    UNION SELECT conversation_id, 'person' FROM messages WHERE author = 'staff'
  ), marked AS (
    SELECT conversation_id, array_agg(mark ORDER BY mark) AS marks FROM found WHERE mark IS NOT NULL GROUP BY 1
  ), counted AS (
    SELECT conversation_id, count(*) AS messages FROM messages GROUP BY 1
  )
  INSERT INTO conversation_facts (conversation_id, team_id, channel, opened_at, messages, marks)
    SELECT c.id, c.team_id, c.channel, c.opened_at, coalesce(counted.messages, 0), coalesce(marked.marks, '{}')
      FROM conversations AS c LEFT JOIN marked ON marked.conversation_id = c.id
      LEFT JOIN counted ON counted.conversation_id = c.id
    ON CONFLICT (conversation_id) DO UPDATE SET messages = excluded.messages, marks = excluded.marks
$$;
"""
LATE = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
TRIGGERS = {
    "conversations": (
        "CREATE TRIGGER facts_of_new AFTER INSERT ON conversations FOR EACH ROW "
        "EXECUTE FUNCTION facts_of_new_conversation()",
        f"CREATE CONSTRAINT TRIGGER facts_of_person AFTER UPDATE OF mode ON conversations {LATE} "
        "WHEN (NEW.mode = 'person') EXECUTE FUNCTION facts_of_person()",
    ),
    "messages": (
        f"CREATE CONSTRAINT TRIGGER facts AFTER INSERT OR UPDATE OF understood, heard ON messages {LATE} "
        "EXECUTE FUNCTION facts_of_message()",
    ),
    "escalations": (
        "CREATE CONSTRAINT TRIGGER facts AFTER INSERT OR UPDATE OF category, priority, outcome ON escalations "
        f"{LATE} EXECUTE FUNCTION facts_of_escalation()",
    ),
    "escalation_findings": (
        f"CREATE CONSTRAINT TRIGGER facts AFTER INSERT ON escalation_findings {LATE} "
        "EXECUTE FUNCTION facts_of_finding()",
    ),
    "pages": (
        f"CREATE CONSTRAINT TRIGGER facts AFTER INSERT ON pages {LATE} WHEN (NEW.escalation_id IS NOT NULL) "
        "EXECUTE FUNCTION facts_of_page()",
    ),
    "asks": (f"CREATE CONSTRAINT TRIGGER facts AFTER INSERT ON asks {LATE} EXECUTE FUNCTION facts_of_ask()",),
}
NAMES = (
    "gather_conversation_facts()",
    *(f"facts_of_{one}()" for one in ("person", "ask", "page", "finding", "escalation", "message", "new_conversation")),
    "mark_conversation(uuid, text[])",
    "marks_of_message(jsonb, jsonb)",
)
_ID, _AT = sa.Uuid(), sa.DateTime(timezone=True)


def upgrade() -> None:
    """Existing conversations get their facts here; of what was heard in them nothing is known."""
    op.add_column("messages", sa.Column("heard", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    _keep_words()
    op.create_table(
        "conversation_facts",
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("opened_at", _AT, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("marks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_facts_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_conversation_facts_team_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversation_facts")),
    )
    op.execute("ALTER TABLE conversation_facts SET (fillfactor = 80)")  # A count goes up without touching an index.
    op.create_index("ix_conversation_facts_of_team", "conversation_facts", ["team_id", "opened_at", "conversation_id"])
    op.create_index("ix_conversation_facts_newest", "conversation_facts", ["opened_at", "conversation_id"])
    op.create_index("ix_conversation_facts_marks", "conversation_facts", ["marks"], postgresql_using="gin")
    op.create_table(
        "saved_searches",
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_saved_searches_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_searches_owner_id_name")),
    )
    op.execute(FUNCTIONS)
    op.execute("SELECT gather_conversation_facts()")
    for statements in TRIGGERS.values():
        for one in statements:
            op.execute(one)


def _keep_words() -> None:
    """Read once, when a message is kept. The index had them already; whoever reads messages in order did not."""
    op.drop_index("ix_messages_words", "messages")
    words = sa.Computed("to_tsvector('english', body)", persisted=True)
    op.add_column("messages", sa.Column("words", postgresql.TSVECTOR(), words, nullable=True))
    op.create_index("ix_messages_words", "messages", ["words"], postgresql_using="gin")


def downgrade() -> None:
    """What was heard, the facts and the saved searches are lost."""
    for table, statements in TRIGGERS.items():
        for one in statements:
            op.execute(f"DROP TRIGGER {one.partition('TRIGGER ')[2].split()[0]} ON {table}")
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
    op.drop_table("saved_searches")
    op.drop_table("conversation_facts")
    op.drop_index("ix_messages_words", "messages")
    op.drop_column("messages", "words")
    op.create_index("ix_messages_words", "messages", [sa.text("to_tsvector('english', body)")], postgresql_using="gin")
    op.drop_column("messages", "heard")
