"""People: second factors, invitations, who is of the whole installation, and an audit log that can be searched."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Whoever is signed in stays so until their session ends, and is asked for a second factor if one is wanted."""
    op.add_column("people", sa.Column("of_installation", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("people", sa.Column("totp_secret", sa.String(), nullable=True))
    op.add_column("people", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    op.add_column("people", sa.Column("oidc_subject", sa.String(), nullable=True))
    op.create_unique_constraint(op.f("uq_people_oidc_subject"), "people", ["oidc_subject"])
    op.add_column("staff_sessions", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE staff_sessions SET confirmed_at = created_at")
    op.alter_column("staff_sessions", "confirmed_at", nullable=False)
    op.add_column("staff_sessions", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff_sessions", sa.Column("browser", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "recovery_codes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"], unique=False)
    op.create_index(op.f("ix_audit_entries_actor"), "audit_entries", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False)


def downgrade() -> None:
    """Without them. Whoever had a second factor signs in with a password alone."""
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_actor"), table_name="audit_entries")
    op.drop_table("invitations")
    op.drop_table("recovery_codes")
    for column in ("browser", "verified_at", "confirmed_at"):
        op.drop_column("staff_sessions", column)
    op.drop_constraint(op.f("uq_people_oidc_subject"), "people")
    for column in ("oidc_subject", "totp_step", "totp_secret", "of_installation"):
        op.drop_column("people", column)
