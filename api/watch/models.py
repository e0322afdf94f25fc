"""Signs of life, and what is wrong with the carrier."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified


class Heartbeat(Base):
    """When a part of the line last wrote that it works. All workers write the same row: one that works is enough."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class LineAlarm(Identified, Base):
    """Something is wrong with the carrier of the whole line. It stands on every team's board until it is over.

    `since`: when it was last known to be well. `told_at`: when leads were last rung because of it.
    """

    __tablename__ = "line_alarms"
    __table_args__ = (Index("uq_line_alarms_open", "trouble", unique=True, postgresql_where=text("over_at IS NULL")),)

    trouble: Mapped[str]
    since: Mapped[datetime]
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]
