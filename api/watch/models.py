"""Signs of life."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Heartbeat(Base):
    """When a part of the line last wrote that it works. All workers write the same row: one that works is enough."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
