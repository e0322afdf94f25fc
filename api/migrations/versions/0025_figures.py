"""Figures: one row for each contact and each call for help, how far they are counted, and what was open when given."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0025"
down_revision = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)


def _column(name: str, kind: sa.types.TypeEngine[Any], null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    """Three tables and a column."""
    _contacts()
    _calls()
    op.create_table(
        "figures_counted",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        _column("up_to", _AT),
        _column("seq", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_figures_counted"),
    )
    op.add_column("directory_signposts", _column("is_open", sa.Boolean(), null=True))


def _contacts() -> None:
    op.create_table(
        "contact_figures",
        _column("id", sa.Uuid()),
        _column("conversation_id", sa.Uuid(), null=True),
        _column("team_id", sa.Uuid()),
        _column("began_at", _AT),
        _column("day", sa.Date()),
        _column("hour", sa.Integer()),
        _column("channel", sa.String()),
        _column("district", sa.String(), null=True),
        _column("came_back", sa.Boolean()),
        _column("turns", sa.Integer()),
        _column("answered_after", sa.Float(), null=True),
        _column("missed", sa.Integer()),
        _column("called", sa.Boolean()),
        _column("handed", sa.Boolean()),
        _column("needs", postgresql.ARRAY(sa.Text())),
        _column("undelivered", sa.Integer()),
        _column("safety_undelivered", sa.Integer()),
        *_keys("contact_figures", "conversation_id", "conversations"),
    )
    _indexes("contact_figures", "conversation_id")


def _calls() -> None:
    op.create_table(
        "call_figures",
        _column("id", sa.Uuid()),
        _column("escalation_id", sa.Uuid(), null=True),
        _column("team_id", sa.Uuid()),
        _column("raised_at", _AT),
        _column("day", sa.Date()),
        _column("channel", sa.String()),
        _column("district", sa.String(), null=True),
        _column("priority", sa.String()),
        _column("category", sa.String()),
        _column("paged_after", sa.Float(), null=True),
        _column("accepted_after", sa.Float(), null=True),
        _column("contacted_after", sa.Float(), null=True),
        _column("ended_after", sa.Float(), null=True),
        _column("outcome", sa.String(), null=True),
        _column("cannot_wait", sa.Boolean()),
        _column("used_up", sa.Boolean()),
        _column("pages_failed", sa.Integer()),
        _column("right_to_page", sa.Boolean(), null=True),
        *_keys("call_figures", "escalation_id", "escalations"),
    )
    _indexes("call_figures", "escalation_id")


def _keys(table: str, column: str, of: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint([column], [f"{of}.id"], name=f"fk_{table}_{column}", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=f"fk_{table}_team_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _indexes(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index(f"ix_{table}_of_team", table, ["team_id", "day"])
    op.create_index(f"ix_{table}_day", table, ["day"])


def downgrade() -> None:
    """Without them."""
    op.drop_column("directory_signposts", "is_open")
    for table in ("figures_counted", "call_figures", "contact_figures"):
        op.drop_table(table)
