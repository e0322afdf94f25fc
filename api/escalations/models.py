"""Escalations, what was found, their timelines, and tasks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.escalations.rules import SOMEBODY_HAS_IT, State
from api.people.models import Person


class Escalation(Identified, Base):
    """One carer's need for a person, from detection until a person closes it.

    `next_page_at` is the truth about paging: while it is set, somebody is due to be paged then. `late_at` is when the
    carer must hear that nobody has been reached, `contact_by` when whoever accepted must have spoken with the carer,
    `hand_by` when a colleague must have taken what was handed on to them.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        Index("uq_escalations_one_open", "conversation_id", unique=True, postgresql_where=text("state <> 'resolved'")),
        # For the lists of `/v1`, newest first: of one team, of all, and in a state that few are in.
        Index("ix_escalations_of_team", "team_id", "raised_at", "id"),
        Index("ix_escalations_newest", "raised_at", "id"),
        Index("ix_escalations_in_state", "state", "raised_at", "id"),
        # For what is looked at some time after the end.
        Index("ix_escalations_resolved", "resolved_at", postgresql_where=text("resolved_at IS NOT NULL")),
        Index("ix_escalations_page_due", "next_page_at", postgresql_where=text("next_page_at IS NOT NULL")),
        Index("ix_escalations_late", "late_at", postgresql_where=text("late_at IS NOT NULL")),
        Index("ix_escalations_contact_by", "contact_by", postgresql_where=text("contact_by IS NOT NULL")),
        Index("ix_escalations_hand_by", "hand_by", postgresql_where=text("hand_by IS NOT NULL")),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    team_code: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.WAITING)
    priority: Mapped[str]
    category: Mapped[str]
    raised_at: Mapped[datetime]
    asked_at: Mapped[datetime]  # When help was last asked for, or paging began anew: the targets run from here.
    round_at: Mapped[datetime | None]  # When this round began at the top of the ladder.
    next_page_at: Mapped[datetime | None]
    page_words: Mapped[str] = mapped_column(default="page")  # Which page text comes next.
    ladder_step: Mapped[int] = mapped_column(default=0)
    late_at: Mapped[datetime | None]
    contact_by: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    contacted_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    silent: Mapped[bool] = mapped_column(default=False)  # The phone may be watched: it is told nothing of a nurse.
    handed_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # Asked to take it over; not yet theirs.
    hand_by: Mapped[datetime | None]
    safety_net: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # See rules.SafetyNet.

    accepted_by: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[accepted_by_id])

    def is_handed_to(self, person: Person) -> bool:
        """Whether this person was asked to take over what somebody has."""
        return self.handed_to_id == person.id and self.state in SOMEBODY_HAS_IT


class Found(Identified, Base):
    """One danger that was recognised: which rule fired, on which words of which message."""

    __tablename__ = "escalation_findings"

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
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
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), index=True)
    topic: Mapped[str]  # A topic of data/triage/questions.yml.
    at: Mapped[datetime]


class TimelineEvent(Base):
    """One line of a timeline. `tell` names the approved text that the carer must get because of it.

    An alarm stands at the top of the board until `seen_at`.
    """

    __tablename__ = "escalation_events"
    __table_args__ = (
        Index("ix_escalation_events_untold", "seq", postgresql_where=text("tell IS NOT NULL AND told_at IS NULL")),
        Index(
            "ix_escalation_events_unseen",
            "escalation_id",
            postgresql_where=text(
                "seen_at IS NULL AND kind IN ('page_failed', 'page_too_late', 'rung_skipped', 'ladder_used_up', "
                "'accept_late', 'contact_late', 'hand_on_late', 'webhook_failed')"
            ),
        ),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tell: Mapped[str | None]
    told_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Fact(Identified, Base):
    """What a member of staff found out about one of the topics that the desk wants to know. The newest counts."""

    __tablename__ = "escalation_facts"

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    topic: Mapped[str]  # A topic of data/triage/questions.yml.
    words: Mapped[str]
    at: Mapped[datetime]


class PageFeedback(Base):
    """Whether it was right to page: what the person who was paged said of one page, kept for the review."""

    __tablename__ = "page_feedback"

    page_id: Mapped[UUID] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalations.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    was_right: Mapped[bool]
    by: Mapped[str]  # console or text.
    at: Mapped[datetime]


class Task(Identified, Base):
    """Something a person must do for a carer, such as ringing back."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("uq_tasks_one_open", "conversation_id", "kind", unique=True, postgresql_where=text("done_at IS NULL")),
        # For the lists of `/v1`, newest first: of one team, of all, and those that nobody has done.
        Index("ix_tasks_of_team", "team_id", "created_at", "id"),
        Index("ix_tasks_newest", "created_at", "id"),
        Index("ix_tasks_open", "created_at", "id", postgresql_where=text("done_at IS NULL")),
        Index("ix_tasks_due", "due_at", postgresql_where=text("done_at IS NULL AND alarmed_at IS NULL")),
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
    due_at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    tries: Mapped[int] = mapped_column(default=0)  # How often nobody answered.
    outcome: Mapped[str | None]  # See escalations.rules.TaskOutcome.
    alarmed_at: Mapped[datetime | None]  # When the team was told that it is late.

    @property
    def state(self) -> str:
        """`done`, or `open` while nobody has done it."""
        return "done" if self.done_at else "open"


class TaskEvent(Base):
    """One thing that was done about a task: taken, handed on, tried in vain, done."""

    __tablename__ = "task_events"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class IdempotencyKey(Base):
    """What a caller of `/v1` has already been given for a key, so that a repeat changes nothing."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(primary_key=True)  # <service>:<key>
    kind: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    request_hash: Mapped[str]
    created_at: Mapped[datetime]
