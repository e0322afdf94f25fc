"""Carers' telephone calls, both ways, and what was said in each turn of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.conversations.carer_calls.rules import CallState
from api.conversations.models import Conversation
from api.database import Base, Identified
from api.outbox import Outgoing
from api.paging.models import StaffCall
from api.sealed_columns import Sealed


class CarerCall(Outgoing, Identified, Base):
    """One call with a carer. The columns of Outgoing are used only by calls that we make (`back_no`).

    `spoken_seq`: whatever the line said in the conversation up to there has been spoken.
    """

    __tablename__ = "carer_calls"
    __table_args__ = (
        Index("ix_carer_calls_live", "conversation_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_carer_calls_waiting", "try_at", postgresql_where=text("delivery IN ('queued', 'sending')")),
        Index("ix_carer_calls_caller", "caller", "started_at"),
        Index(
            "ix_carer_calls_streamed",
            "streamed_at",
            postgresql_where=text("streamed_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    caller: Mapped[str | None] = mapped_column(Sealed("carer_calls.caller"))  # E.164; empty when it is withheld.
    line: Mapped[str]  # Our number, E.164.
    state: Mapped[str] = mapped_column(default=CallState.TALKING)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended: Mapped[str | None]  # The carrier's word for how it ended.
    turn: Mapped[int] = mapped_column(default=0)  # The newest turn that was answered.
    heard: Mapped[int] = mapped_column(default=0)  # The newest turn that was heard: its number is taken.
    streamed_at: Mapped[datetime | None]  # When a call over a socket last stirred; empty: it is over none.
    busy_until: Mapped[datetime | None]  # A turn is being answered, or is still being said: no news may interrupt.
    spoken_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    spoke: Mapped[bool] = mapped_column(default=False)  # The caller has said something, or pressed a key.
    silences: Mapped[int] = mapped_column(default=0)  # In a row, with what could not be understood.
    menu_open: Mapped[bool] = mapped_column(default=False)  # The keys were just read out.
    relay: Mapped[bool] = mapped_column(default=False)  # An operator speaks for the caller.
    # Read back, not yet confirmed.
    unsure_message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    # Who is, or was, in conference.
    nurse_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_calls.id"), index=True)
    connected_at: Mapped[datetime | None]  # When the two were first together.
    back_no: Mapped[int] = mapped_column(default=0)  # Which attempt to ring a caller back this is; 0: they rang us.

    conversation: Mapped[Conversation] = relationship(lazy="joined")
    nurse_call: Mapped[StaffCall | None] = relationship(lazy="joined")


class CarerCallTurn(Base):
    """What was answered when the carrier asked what comes next, so that a repeat is answered alike."""

    __tablename__ = "carer_call_turns"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("carer_calls.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    words: Mapped[str]  # What was spoken, a line for each part: star says it again.
    seconds: Mapped[int]  # How long to wait afterwards until the caller is asked again.
    to_office: Mapped[bool]  # Once this has been said, the team's office is rung.
