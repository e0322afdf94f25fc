"""Other programs: tokens of one team that can be rotated, short-lived tokens, and events that go out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0017"
down_revision = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OLD_ALARMS = "'page_failed', 'page_too_late', 'rung_skipped', 'ladder_used_up', 'accept_late', 'contact_late'"


def upgrade() -> None:
    """Tokens that there are stay as they are: for the whole installation, and without a limit."""
    _tokens()
    _endpoints()
    _deliveries()
    _unseen(f"{OLD_ALARMS}, 'webhook_failed'")


def _unseen(alarms: str) -> None:
    """The index of alarms that nobody has seen, made anew for these."""
    op.drop_index("ix_escalation_events_unseen", table_name="escalation_events")
    op.create_index(
        "ix_escalation_events_unseen",
        "escalation_events",
        ["escalation_id"],
        unique=False,
        postgresql_where=sa.text(f"seen_at IS NULL AND kind IN ({alarms})"),
    )


def _tokens() -> None:
    op.add_column("service_tokens", sa.Column("team_id", sa.Uuid(), nullable=True))
    op.add_column("service_tokens", sa.Column("old_token_hash", sa.String(), nullable=True))
    op.add_column("service_tokens", sa.Column("old_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("service_tokens", sa.Column("per_minute", sa.Integer(), nullable=True))
    op.create_unique_constraint(op.f("uq_service_tokens_old_token_hash"), "service_tokens", ["old_token_hash"])
    op.create_foreign_key(op.f("fk_service_tokens_team_id"), "service_tokens", "teams", ["team_id"], ["id"])
    op.create_table(
        "access_tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("service_token_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_token_id"], ["service_tokens.id"], name=op.f("fk_access_tokens_service_token_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_access_tokens")),
    )
    op.create_index(op.f("ix_access_tokens_service_token_id"), "access_tokens", ["service_token_id"], unique=False)
    op.create_index(op.f("ix_access_tokens_expires_at"), "access_tokens", ["expires_at"], unique=False)


def _endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("old_secret_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_because", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_webhook_endpoints_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index(
        "uq_webhook_endpoints_url",
        "webhook_endpoints",
        ["team_id", "url"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def _deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_deliveries_endpoint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    due, alarm = sa.text("state = 'waiting'"), sa.text("alarm_at IS NOT NULL")
    op.create_index("ix_webhook_deliveries_due", "webhook_deliveries", ["try_at"], postgresql_where=due)
    op.create_index("ix_webhook_deliveries_alarm", "webhook_deliveries", ["alarm_at"], postgresql_where=alarm)
    op.create_index("ix_webhook_deliveries_endpoint_id_at", "webhook_deliveries", ["endpoint_id", "at"])


def downgrade() -> None:
    """Without them. Whoever has a token of one team would reach every team's: those are ended."""
    _unseen(OLD_ALARMS)
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_endpoints")
    op.drop_table("access_tokens")
    op.execute("UPDATE service_tokens SET revoked_at = now() WHERE team_id IS NOT NULL AND revoked_at IS NULL")
    op.drop_constraint(op.f("fk_service_tokens_team_id"), "service_tokens", type_="foreignkey")
    op.drop_constraint(op.f("uq_service_tokens_old_token_hash"), "service_tokens", type_="unique")
    for column in ("per_minute", "old_ends_at", "old_token_hash", "team_id"):
        op.drop_column("service_tokens", column)
