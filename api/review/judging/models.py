"""Stretches of conversations, who reads them, what was said of them, and what was missed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.people.models import Person
from api.review.judging.rules import MissState


class Stretch(Identified, Base):
    """What is read at once: a conversation up to when it was closed or still, and what came in it after the last one.

    A conversation by text never closes; without stretches a carer would be listened to once and never again. Every
    stretch stands here, drawn or not, so that figures can say what those that were read stand for.
    """

    __tablename__ = "review_stretches"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        Index("ix_review_stretches_of_team", "team_id", "ended_at"),
        Index("ix_review_stretches_unread", "team_id", "decided_at", postgresql_where=text("NOT settled")),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int]
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]  # When the carer's last message in it came.
    decided_at: Mapped[datetime]  # What comes after this is of the next stretch.
    why: Mapped[str]  # See sampling.rules.Why.
    share: Mapped[float]  # The chance that it had of being reviewed.
    chosen: Mapped[bool]
    second: Mapped[bool]  # Drawn to be read by two.
    hard: Mapped[bool]
    settled: Mapped[bool]  # Everybody who must read it has read it; at once so if nobody must.


class Assignment(Identified, Base):
    """One person who is asked to review one stretch. A debrief is wished for until somebody says that it was had."""

    __tablename__ = "review_assignments"
    __table_args__ = (
        Index(
            "uq_review_assignments_one",
            "stretch_id",
            "round",
            unique=True,
            postgresql_where=text("passed_at IS NULL"),
        ),
        Index("ix_review_assignments_of", "reviewer_id", "made_at"),
        Index(
            "ix_review_assignments_debrief",
            "debrief_wished_at",
            postgresql_where=text("debrief_wished_at IS NOT NULL AND debrief_had_at IS NULL"),
        ),
    )

    stretch_id: Mapped[UUID] = mapped_column(ForeignKey("review_stretches.id"), index=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    round: Mapped[str]
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    hard: Mapped[bool]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]  # They would rather not read it; nobody asks why.
    debrief_wished_at: Mapped[datetime | None]
    debrief_had_at: Mapped[datetime | None]
    debrief_had_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    reviewer: Mapped[Person] = relationship(lazy="joined", foreign_keys=[reviewer_id])
    stretch: Mapped[Stretch] = relationship(lazy="joined")

    @property
    def is_open(self) -> bool:
        """Whether it is still to be read by this person."""
        return self.done_at is None and self.passed_at is None


class Review(Identified, Base):
    """What one person said of one stretch. `note` is kept with who is in it hidden."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("stretch_id", "reviewer_id"),)

    stretch_id: Mapped[UUID] = mapped_column(ForeignKey("review_stretches.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    round: Mapped[str]
    at: Mapped[datetime]
    should_have_escalated: Mapped[bool]
    priority: Mapped[str | None]
    since_message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    since: Mapped[datetime | None]  # When that message came.
    answer_right: Mapped[str]
    answer_kind: Mapped[str]
    answer_complete: Mapped[str]
    safety_net: Mapped[str]
    safeguarding: Mapped[bool]
    note: Mapped[str]

    reviewer: Mapped[Person] = relationship(lazy="joined", foreign_keys=[reviewer_id])


class MissedCrisis(Identified, Base):
    """One stretch that should have escalated and did not, or did late. `seconds_lost` None: it never did."""

    __tablename__ = "missed_crises"
    __table_args__ = (
        Index("ix_missed_crises_of_team", "team_id", "found_at"),
        Index("ix_missed_crises_open", "found_at", postgresql_where=text("state = 'open'")),
    )

    stretch_id: Mapped[UUID] = mapped_column(ForeignKey("review_stretches.id"), unique=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    found_at: Mapped[datetime]
    found_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    priority: Mapped[str]
    seconds_lost: Mapped[int | None]
    settled: Mapped[bool]  # False: a second reader, or whoever settles it, has not spoken yet.
    state: Mapped[str] = mapped_column(default=MissState.OPEN)
    mended_by: Mapped[UUID | None]  # A release.
    accepted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str | None]  # Why it stays as it is.

    found_by: Mapped[Person] = relationship(lazy="joined", foreign_keys=[found_by_id])
