"""The history of records: every change that was made at the desk."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base
from api.people.models import Person


class Change(Base):
    """One field of one record that was changed, in words: `before` and `after` as a reader would see them.

    Several rows of one moment are one change. `field` is that of the file's form, or `status`.
    """

    __tablename__ = "directory_changes"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("directory_services.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]  # A Kind of the rules.
    field: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
