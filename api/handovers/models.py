"""Handover sheets, who has read them, and what was added afterwards. The database keeps a sheet as it was made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.people.models import Person


class Handover(Identified, Base):
    """One sheet. `chase_at`: somebody is reminded then, unless it has been read."""

    __tablename__ = "handovers"
    __table_args__ = (
        UniqueConstraint("team_id", "until_at"),
        Index("ix_handovers_chase", "chase_at", postgresql_where=text("chase_at IS NOT NULL")),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    sheet: Mapped[dict[str, Any]]  # See handovers.sheet.
    chase_at: Mapped[datetime | None]
    chased_at: Mapped[datetime | None]


class HandoverRead(Base):
    """A person says that they have read it."""

    __tablename__ = "handover_reads"

    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handovers.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")


class HandoverCorrection(Identified, Base):
    """Something that a person adds to a sheet afterwards."""

    __tablename__ = "handover_corrections"

    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handovers.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    words: Mapped[str]

    person: Mapped[Person] = relationship(lazy="joined")
