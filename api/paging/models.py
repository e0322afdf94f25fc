"""Pages, and every text and call that goes to a member of staff."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.outbox import Outgoing
from api.paging.rules import PageState
from api.people.models import Person
from api.sealed_columns import Sealed


class Drill(Identified, Base):
    """One drill of a team: everybody who is about to go on call is paged, to see that they can be."""

    __tablename__ = "drills"
    __table_args__ = (
        UniqueConstraint("team_id", "at"),
        Index("ix_drills_unchecked", "began_at", postgresql_where=text("checked_at IS NULL")),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    at: Mapped[datetime]  # The moment that it was set for.
    shift_at: Mapped[datetime]  # Whoever is on call then is asked.
    began_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]  # When the time to answer was over and the lead was told of who had not.


class Page(Identified, Base):
    """One person asked once to take one escalation, or to answer one drill. `code` is what they type to answer."""

    __tablename__ = "pages"
    __table_args__ = (
        CheckConstraint("(escalation_id IS NULL) <> (drill_id IS NULL)", name="for_one_thing"),
        Index(
            "uq_pages_code_in_use",
            "person_id",
            "code",
            unique=True,
            postgresql_where=text("state IN ('open', 'accepted')"),
        ),
        Index("ix_pages_person_id_placed_at", "person_id", "placed_at"),
        # For the list of `/v1`, newest first: of all, and in a state that few are in. Its team is its escalation's.
        Index("ix_pages_newest", "placed_at", "id"),
        Index("ix_pages_in_state", "state", "placed_at", "id"),
    )

    escalation_id: Mapped[UUID | None] = mapped_column(ForeignKey("escalations.id"), index=True)
    drill_id: Mapped[UUID | None] = mapped_column(ForeignKey("drills.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    rung: Mapped[str]
    code: Mapped[int]
    state: Mapped[str] = mapped_column(default=PageState.OPEN)
    placed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]  # Of a drill: text or call.

    person: Mapped[Person] = relationship(lazy="joined")


class StaffText(Outgoing, Identified, Base):
    """One text to a member of staff. With a page: dropped unsent once that page is no longer open."""

    __tablename__ = "staff_texts"
    __table_args__ = (
        Index("ix_staff_texts_waiting", "try_at", postgresql_where=text("delivery IN ('queued', 'sending')")),
        Index("ix_staff_texts_sent_at", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    page_id: Mapped[UUID | None] = mapped_column(ForeignKey("pages.id"), index=True)
    words: Mapped[str] = mapped_column(Sealed("staff_texts.words"))  # They say where to ring a carer.
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")
    page: Mapped[Page | None] = relationship(lazy="joined")


class StaffCall(Outgoing, Identified, Base):
    """One call to a member of staff. With a page, that page is read aloud; without, it puts them through to the carer.

    Without an escalation it is a drill's, and has its page. One that `joins` brings a colleague in, where nurse and
    carer are on the line together.

    `delivery` is `sent` from the moment when the carrier has it until it is over.
    """

    __tablename__ = "staff_calls"
    __table_args__ = (
        CheckConstraint("escalation_id IS NOT NULL OR page_id IS NOT NULL", name="for_something"),
        Index("ix_staff_calls_waiting", "try_at", postgresql_where=text("delivery IN ('queued', 'sending')")),
        Index("ix_staff_calls_ringing", "sent_at", postgresql_where=text("delivery = 'sent' AND answered_at IS NULL")),
    )

    escalation_id: Mapped[UUID | None] = mapped_column(ForeignKey("escalations.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    page_id: Mapped[UUID | None] = mapped_column(ForeignKey("pages.id"), index=True)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]  # Somebody, or an answering machine, picked up.
    ended: Mapped[str | None]  # The carrier's word for how it ended.
    carer_answered_at: Mapped[datetime | None]  # Of a call that puts through: the carer picked up.
    carer_ended: Mapped[str | None]  # How their part of it ended, in the carrier's word.
    carer_seconds: Mapped[int | None]  # How long the two were connected.
    joins: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="joined")
    page: Mapped[Page | None] = relationship(lazy="joined")

    @property
    def case_id(self) -> UUID:
        """The escalation that it is about. Raises LookupError for a drill's call, which has none."""
        if self.escalation_id is None:
            raise LookupError("A drill's call is about no escalation.")
        return self.escalation_id


class StaffCallTurn(Base):
    """One time that the carrier asked what comes next in a call: what was done then, so that a repeat does nothing."""

    __tablename__ = "staff_call_turns"

    carrier_sid: Mapped[str] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("staff_calls.id"), index=True)
    step: Mapped[str | None]
    at: Mapped[datetime]


class StaffReply(Base):
    """What a member of staff texted to the staff number, once for each of the carrier's ids."""

    __tablename__ = "staff_replies"

    inbound_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str]
    at: Mapped[datetime]
