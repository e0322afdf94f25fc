"""What is told of a team's rota, and has not been put right."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.people.models import Person


class CoverAlarm(Identified, Base):
    """A hole in a published rota, or its end (`fault` ends_soon). `over_at`: when it was put right or had passed."""

    __tablename__ = "cover_alarms"
    __table_args__ = (Index("ix_cover_alarms_open", "team_id", postgresql_where=text("over_at IS NULL")),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    fault: Mapped[str]
    rung: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    stage: Mapped[str]
    made_at: Mapped[datetime]
    over_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(lazy="joined")
