"""Escalations, what was found, their timelines, and tasks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.escalations.rules import State
from api.people.models import Person


class Escalation(Identified, Base):
    """One carer's need for a person, from detection until a person closes it.

    `next_page_at` is the truth about paging: while it is set, somebody is due to be paged then. `late_at` is when the
    carer must hear that nobody has been reached.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        Index("uq_escalations_one_open", "conversation_id", unique=True, postgresql_where=text("state <> 'resolved'")),
        Index("ix_escalations_page_due", "next_page_at", postgresql_where=text("next_page_at IS NOT NULL")),
        Index("ix_escalations_late", "late_at", postgresql_where=text("late_at IS NOT NULL")),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    team_code: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.WAITING)
    priority: Mapped[str]
    category: Mapped[str]
    raised_at: Mapped[datetime]
    next_page_at: Mapped[datetime | None]
    page_words: Mapped[str] = mapped_column(default="page")  # Which page text comes next.
    ladder_step: Mapped[int] = mapped_column(default=0)
    late_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    contacted_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    silent: Mapped[bool] = mapped_column(default=False)  # The phone may be watched: it is told nothing of a nurse.

    accepted_by: Mapped[Person | None] = relationship(lazy="joined")


class Found(Identified, Base):
    """One danger that was recognised: which rule fired, on which words of which message."""

    __tablename__ = "escalation_findings"

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    at: Mapped[datetime]
    category: Mapped[str]
    title: Mapped[str]
    priority: Mapped[str]
    about: Mapped[str]
    phrase: Mapped[str]
    matched: Mapped[str]
    source: Mapped[str]  # screen, or the name of the program that said so.


class Answer(Identified, Base):
    """One message in which a carer answered one of the few questions after the first instruction."""

    __tablename__ = "escalation_answers"
    __table_args__ = (UniqueConstraint("escalation_id", "message_id"),)

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.id"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    topic: Mapped[str]  # A topic of data/triage/questions.yml.
    at: Mapped[datetime]


class TimelineEvent(Base):
    """One line of a timeline. `tell` names the approved text that the carer must get because of it."""

    __tablename__ = "escalation_events"
    __table_args__ = (
        Index("ix_escalation_events_untold", "seq", postgresql_where=text("tell IS NOT NULL AND told_at IS NULL")),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tell: Mapped[str | None]
    told_at: Mapped[datetime | None]


class Task(Identified, Base):
    """Something a person must do for a carer, such as ringing back."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("uq_tasks_one_open", "conversation_id", "kind", unique=True, postgresql_where=text("done_at IS NULL")),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    kind: Mapped[str]
    reason: Mapped[str]
    priority: Mapped[str]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str | None]

    @property
    def state(self) -> str:
        """`done`, or `open` while nobody has done it."""
        return "done" if self.done_at else "open"


class IdempotencyKey(Base):
    """What a caller of `/v1` has already been given for a key, so that a repeat changes nothing."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(primary_key=True)  # <service>:<key>
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    request_hash: Mapped[str]
    created_at: Mapped[datetime]
