"""Procrastinate's tables, and an audit log that refuses to be changed."""

from collections.abc import Sequence

from alembic import op

from api import queue

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ONLY_GROWS = """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows';
END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
"""


def upgrade() -> None:
    # Through the driver's own cursor: the script has percent signs and many statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(queue.app.schema_manager.get_schema())
    cursor.execute(ONLY_GROWS)
    cursor.close()


def downgrade() -> None:
    raise NotImplementedError("Going back before the first release would lose carers' messages.")
