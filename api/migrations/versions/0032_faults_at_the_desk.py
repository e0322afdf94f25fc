"""Faults that reviewers found reach the directory's desk; alarms of releases have a time; old releases' files go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENTS = ("troubled_at", "retired_at", "files_gone_at")


def upgrade() -> None:
    """What was accepted before, in a reviewer's own words, reaches the desk now."""
    op.create_table(
        "directory_reports",
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reported_by_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("finished_by_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["directory_services.id"], name=op.f("fk_directory_reports_service_id")
        ),
        sa.ForeignKeyConstraint(["reported_by_id"], ["people.id"], name=op.f("fk_directory_reports_reported_by_id")),
        sa.ForeignKeyConstraint(["finished_by_id"], ["people.id"], name=op.f("fk_directory_reports_finished_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_reports")),
    )
    op.create_index(
        "ix_directory_reports_open",
        "directory_reports",
        ["reported_at"],
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(op.f("ix_directory_reports_service_id"), "directory_reports", ["service_id"])
    for name, leads_to in (("service_id", "directory_services"), ("report_id", "directory_reports")):
        op.add_column("proposals", sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_proposals_{name}"), "proposals", leads_to, [name], ["id"])
    for name in _MOMENTS:
        op.add_column("releases", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _carry_over()


def _carry_over() -> None:
    mine = "kind = 'directory_fault' AND state = 'accepted' AND NOT consented"
    op.execute(
        "INSERT INTO directory_reports (id, fault, words, reported_by_id, reported_at)"  # noqa: S608
        f" SELECT id, label, wording, proposed_by_id, proposed_at FROM proposals WHERE {mine}"
    )
    op.execute(f"UPDATE proposals SET report_id = id WHERE {mine}")  # noqa: S608


def downgrade() -> None:
    """What the desk has made of them goes with them."""
    for name in _MOMENTS:
        op.drop_column("releases", name)
    for name in ("report_id", "service_id"):
        op.drop_constraint(op.f(f"fk_proposals_{name}"), "proposals")
        op.drop_column("proposals", name)
    op.drop_table("directory_reports")
