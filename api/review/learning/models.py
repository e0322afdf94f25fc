"""Proposals, releases, and carers' consent to learning from their own words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.directory.models import Service
from api.directory.reports.models import Report
from api.people.models import Person
from api.review.learning.rules import Stage, State


class Proposal(Identified, Base):
    """What a reviewer would have changed after reading a message. None of its text is the carer's (see the rules).

    `label`: the category of danger, or the need. `wording`: how somebody else might say it; of a directory fault, what
    is wrong. `report`: what the directory's keepers make of a fault that was accepted. `should`: what the line ought to
    have done about such a message; empty: nothing was missed.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        Index("ix_proposals_waiting", "proposed_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_proposals_message", "message_id"),
    )

    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.WAITING)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    marked_from: Mapped[int]  # Which part of the message was marked, in characters: never the words.
    marked_to: Mapped[int]
    label: Mapped[str]
    wording: Mapped[str]
    should: Mapped[str] = mapped_column(default="")
    phrase: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # As a file of categories has it.
    trial: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # What it would have changed.
    why: Mapped[str]
    consented: Mapped[bool] = mapped_column(default=False)
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("directory_services.id"))  # The record at fault.
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("directory_reports.id"))

    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id], lazy="joined", innerjoin=True)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")
    service: Mapped[Service | None] = relationship(lazy="joined")
    report: Mapped[Report | None] = relationship(lazy="joined")


class Release(Identified, Base):
    """A copy of `data/` with what was accepted, perhaps a model trained from it, and how well it hears.

    `quick`: it is measured on so many lines of each set only, and in production never approved; 0: on all.
    """

    __tablename__ = "releases"
    __table_args__ = (
        Index("uq_releases_live", "state", unique=True, postgresql_where=text("state = 'live'")),
        Index("ix_releases_under_way", "stirred_at", postgresql_where=text("state IN ('building', 'built')")),
    )

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    state: Mapped[str] = mapped_column(default=Stage.BUILDING)
    proposal_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    data_path: Mapped[str | None]
    model_path: Mapped[str | None]  # None: the assistant's model is the one it starts with.
    base_mark: Mapped[str] = mapped_column(default="")  # Which data of the program it was made from.
    quick: Mapped[int] = mapped_column(default=0)
    compared_with_id: Mapped[UUID | None] = mapped_column(ForeignKey("releases.id"))  # None: the program's own data.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    compared: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    progress: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    stirred_at: Mapped[datetime]  # When the job last showed that it is alive.
    trouble: Mapped[str | None]  # Why it could not be built, or not be used by a process.
    troubled_at: Mapped[datetime | None]  # When a process, or the assistant, last said that it cannot use it.
    built_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    begun_at: Mapped[datetime]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    activated_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    activated_at: Mapped[datetime | None]
    replaced_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("releases.id")
    )  # What was in use before: one step back.
    retired_at: Mapped[datetime | None]  # When it was last put out of use.
    files_gone_at: Mapped[datetime | None]  # Since when its files may be deleted: it can never be in use again.

    built_by: Mapped[Person | None] = relationship(foreign_keys=[built_by_id], lazy="joined")
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id], lazy="joined")
    activated_by: Mapped[Person | None] = relationship(foreign_keys=[activated_by_id], lazy="joined")


class LearningConsent(Identified, Base):
    """A carer's yes to words of one conversation being used to teach the line."""

    __tablename__ = "learning_consents"
    __table_args__ = (
        Index(
            "uq_learning_consents_one", "conversation_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")
        ),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    given_at: Mapped[datetime]
    how: Mapped[str]  # How it was given: in which words, on which way.
    by: Mapped[str]  # Who wrote it down.
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
