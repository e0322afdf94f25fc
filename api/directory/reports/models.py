"""Reports of faults, each until it is finished and with what became of it afterwards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.directory.models import Service
from api.people.models import Person


class Report(Identified, Base):
    """A fault in a reviewer's own words: nothing that a carer wrote stands here, and nothing leads there.

    `service_id`: empty while there is no record, and then the one that was added.
    """

    __tablename__ = "directory_reports"
    __table_args__ = (Index("ix_directory_reports_open", "reported_at", postgresql_where=text("finished_at IS NULL")),)

    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("directory_services.id"), index=True)
    fault: Mapped[str]  # A Fault of the rules.
    words: Mapped[str]
    reported_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    reported_at: Mapped[datetime]
    outcome: Mapped[str | None]  # An Outcome of the rules.
    reason: Mapped[str | None]
    finished_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    finished_at: Mapped[datetime | None]

    service: Mapped[Service | None] = relationship(lazy="joined")
    reported_by: Mapped[Person] = relationship(foreign_keys=[reported_by_id], lazy="joined", innerjoin=True)
    finished_by: Mapped[Person | None] = relationship(foreign_keys=[finished_by_id], lazy="joined")
