"""What privacy keeps of its own: nightly runs, holds, and proofs of erasure. None names a carer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified


class RetentionRun(Identified, Base):
    """One night's retention. `claimed_until`: a worker is at it until then; another goes on if it has died."""

    __tablename__ = "retention_runs"

    night: Mapped[date] = mapped_column(unique=True)  # The day on a UK clock on which it began.
    began_at: Mapped[datetime]
    claimed_until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # Of each kind, how many it has done with.


class LegalHold(Identified, Base):
    """A conversation that must be kept as it is, or with `whole_person` every one of whoever wrote it.

    It stands until it is lifted. `review_on` says when somebody must ask whether it still should.
    """

    __tablename__ = "legal_holds"
    __table_args__ = (Index("ix_legal_holds_standing", "review_on", postgresql_where=text("lifted_at IS NULL")),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    whole_person: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str]
    set_by: Mapped[str]  # The actor, as the audit log knows them.
    set_at: Mapped[datetime]
    review_on: Mapped[date]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    lifted_because: Mapped[str | None]


class Erasure(Identified, Base):
    """The proof that somebody was erased. `fingerprints`: a keyed hash of each thing that they were known by.

    `dialogues`: what the assistant's own database may still hold of them; empty once that is done.
    """

    __tablename__ = "erasures"
    __table_args__ = (Index("ix_erasures_left", "at", postgresql_where=text("ended_at IS NULL")),)

    fingerprints: Mapped[list[str]] = mapped_column(ARRAY(Text))
    by: Mapped[str]
    at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]  # Of each table, how many rows went or were blanked.
    passed_on: Mapped[list[str]] = mapped_column(ARRAY(Text))  # The services that were told of them, by name.
    dialogues: Mapped[list[str]] = mapped_column(ARRAY(Text))
    ended_at: Mapped[datetime | None]
