"""What is to be recorded of a call for help later, and what was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.people.models import Person


class LaterOutcome(Identified, Base):
    """One outcome, due a day or a week after a call for help was closed. Open until `recorded_at`."""

    __tablename__ = "outcomes"
    __table_args__ = (
        UniqueConstraint("escalation_id", "due"),
        Index("ix_outcomes_open", "due_at", postgresql_where=text("recorded_at IS NULL")),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    escalation_id: Mapped[UUID | None] = mapped_column(ForeignKey("escalations.id"))
    due: Mapped[str]  # See rules.Due.
    due_at: Mapped[datetime]
    recorded_at: Mapped[datetime | None]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str | None]  # A word of data/outcomes.yml.
    avoidable: Mapped[str | None]  # Whether A&E or 999 use could have been avoided: yes, no or not_known.
    note: Mapped[str | None]  # With whoever is named in it hidden.

    recorded_by: Mapped[Person | None] = relationship(lazy="joined")
