"""The directory of services: organisations, services, and what belongs to them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Tables in the terms of Open Referral UK, all of them filled from data/directory."""
    op.create_table(
        "directory_organizations",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_organizations")),
        sa.UniqueConstraint("name", name=op.f("uq_directory_organizations_name")),
    )
    op.create_table(
        "directory_taxonomy_terms",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_taxonomy_terms")),
        sa.UniqueConstraint("term", name=op.f("uq_directory_taxonomy_terms_term")),
    )
    op.create_table(
        "directory_services",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("webchat_url", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("eligibility_description", sa.String(), nullable=True),
        sa.Column("narrow", sa.Boolean(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("maximum_age", sa.Integer(), nullable=True),
        sa.Column("interpretation_services", sa.String(), nullable=True),
        sa.Column("assured_date", sa.Date(), nullable=True),
        sa.Column("last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours_words", sa.String(), nullable=True),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.Column("bank_holidays", sa.String(), nullable=False),
        sa.Column("source_url", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("unverified", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("staff_only", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("file_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["directory_organizations.id"], name=op.f("fk_directory_services_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_services")),
        sa.UniqueConstraint("code", name=op.f("uq_directory_services_code")),
    )
    op.create_index(
        op.f("ix_directory_services_organization_id"), "directory_services", ["organization_id"], unique=False
    )
    op.create_table(
        "directory_attributes",
        sa.Column("taxonomy_term_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["directory_services.id"], name=op.f("fk_directory_attributes_service_id")
        ),
        sa.ForeignKeyConstraint(
            ["taxonomy_term_id"], ["directory_taxonomy_terms.id"], name=op.f("fk_directory_attributes_taxonomy_term_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_attributes")),
    )
    op.create_index(op.f("ix_directory_attributes_service_id"), "directory_attributes", ["service_id"], unique=False)
    op.create_index(
        op.f("ix_directory_attributes_taxonomy_term_id"), "directory_attributes", ["taxonomy_term_id"], unique=False
    )
    op.create_table(
        "directory_cost_options",
        sa.Column("amount_description", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["directory_services.id"], name=op.f("fk_directory_cost_options_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_cost_options")),
    )
    op.create_index(
        op.f("ix_directory_cost_options_service_id"), "directory_cost_options", ["service_id"], unique=False
    )
    op.create_table(
        "directory_languages",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["directory_services.id"], name=op.f("fk_directory_languages_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_languages")),
    )
    op.create_index(op.f("ix_directory_languages_service_id"), "directory_languages", ["service_id"], unique=False)
    op.create_table(
        "directory_phones",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("e164", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("say", sa.String(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["directory_services.id"], name=op.f("fk_directory_phones_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_phones")),
    )
    op.create_index(op.f("ix_directory_phones_service_id"), "directory_phones", ["service_id"], unique=False)
    op.create_table(
        "directory_schedules",
        sa.Column("freq", sa.String(), nullable=True),
        sa.Column("byday", sa.String(), nullable=True),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["directory_services.id"], name=op.f("fk_directory_schedules_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_schedules")),
    )
    op.create_index(op.f("ix_directory_schedules_service_id"), "directory_schedules", ["service_id"], unique=False)
    op.create_table(
        "directory_service_areas",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["directory_services.id"], name=op.f("fk_directory_service_areas_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_service_areas")),
    )
    op.create_index(op.f("ix_directory_service_areas_name"), "directory_service_areas", ["name"], unique=False)
    op.create_index(
        op.f("ix_directory_service_areas_service_id"), "directory_service_areas", ["service_id"], unique=False
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("directory_service_areas")
    op.drop_table("directory_schedules")
    op.drop_table("directory_phones")
    op.drop_table("directory_languages")
    op.drop_table("directory_cost_options")
    op.drop_table("directory_attributes")
    op.drop_table("directory_services")
    op.drop_table("directory_taxonomy_terms")
    op.drop_table("directory_organizations")
