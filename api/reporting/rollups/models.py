"""One row for each contact and for each call for help, so that a report reads no message.

No row holds words, a number or a name. When a conversation is deleted its rows stay and only lose what leads to it.
Days and hours are those of a UK clock.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified


class ContactFigure(Identified, Base):
    """A carer came to us: their messages until they were silent for long. Times are in seconds."""

    __tablename__ = "contact_figures"
    __table_args__ = (Index("ix_contact_figures_of_team", "team_id", "day"), Index("ix_contact_figures_day", "day"))

    conversation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL"), index=True
    )
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    began_at: Mapped[datetime]
    day: Mapped[date]
    hour: Mapped[int]
    channel: Mapped[str]
    district: Mapped[str | None]  # As far as they have said.
    language: Mapped[str | None]  # Another than English, as far as it is known.
    came_back: Mapped[bool]  # This carer had come before, on this channel.
    turns: Mapped[int]  # Messages of the carer.
    answered_after: Mapped[float | None]  # From their first message to our first words.
    missed: Mapped[int]  # Messages that the assistant could not place.
    called: Mapped[bool]  # A nurse was called for.
    handed: Mapped[bool]  # A person was asked to answer, or wrote.
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text))  # Which were answered: codes of directory.rules.Need.
    undelivered: Mapped[int]  # Texts to the carer that did not arrive.
    safety_undelivered: Mapped[int]  # Of these, such as matter for safety.


class CallFigure(Identified, Base):
    """A call for help. Times are in seconds from the moment at which the danger was first recognised."""

    __tablename__ = "call_figures"
    __table_args__ = (Index("ix_call_figures_of_team", "team_id", "day"), Index("ix_call_figures_day", "day"))

    escalation_id: Mapped[UUID | None] = mapped_column(ForeignKey("escalations.id", ondelete="SET NULL"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    raised_at: Mapped[datetime]
    day: Mapped[date]
    channel: Mapped[str]
    district: Mapped[str | None]
    language: Mapped[str | None]
    priority: Mapped[str]  # The most urgent that it was.
    category: Mapped[str]
    paged_after: Mapped[float | None]
    accepted_after: Mapped[float | None]
    contacted_after: Mapped[float | None]
    ended_after: Mapped[float | None]
    outcome: Mapped[str | None]
    cannot_wait: Mapped[bool]  # The carer did not feel safe waiting.
    used_up: Mapped[bool]  # Everybody on call was asked and nobody had accepted.
    pages_failed: Mapped[int]  # Pages that could not be delivered, or were held up and dropped.
    right_to_page: Mapped[bool | None]  # What those who were paged said; False when one of them said that it was not.


class FiguresCounted(Base):
    """How far the figures are counted: everything until `up_to`, and every message up to `seq`."""

    __tablename__ = "figures_counted"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # There is one row.
    up_to: Mapped[datetime]
    seq: Mapped[int] = mapped_column(BigInteger)
