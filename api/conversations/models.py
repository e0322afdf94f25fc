"""Conversations and their messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.conversations.rules import Mode
from api.database import Base, Identified
from api.outbox import Outgoing
from api.people.models import Person, Team
from api.sealed_columns import Sealed


class Conversation(Identified, Base):
    """One carer on one channel. `address`: E.164 number, web thread, or the call when the number is withheld."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("uq_conversations_open", "channel", "address", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_conversations_inbox", "team_id", "last_message_at", "id"),
        # For the list of `/v1`, newest first: of one team, of all, of the open ones, and of those that a person holds.
        Index("ix_conversations_of_team", "team_id", "opened_at", "id"),
        Index("ix_conversations_newest", "opened_at", "id"),
        Index("ix_conversations_open", "opened_at", "id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_conversations_mode", "mode", "opened_at", "id"),
        Index("ix_conversations_held", "held_at", postgresql_where=text("mode = 'person' AND closed_at IS NULL")),
        Index("ix_conversations_quiet", "last_message_at", "id"),  # For retention, the longest silent first.
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    channel: Mapped[str]
    address: Mapped[str] = mapped_column(Sealed("conversations.address"))
    contact_number: Mapped[str | None] = mapped_column(
        Sealed("conversations.contact_number", with_ending=True)
    )  # E.164: where a nurse may ring. Empty on web until the carer gives it.
    mode: Mapped[str] = mapped_column(default=Mode.ASSISTANT)
    held_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    held_at: Mapped[datetime | None]  # When that person took over.
    left_at: Mapped[datetime | None]  # When we noticed that they leave the carer waiting; empty once they write again.
    opened_at: Mapped[datetime]
    last_message_at: Mapped[datetime]
    opening_said_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    died_at: Mapped[datetime | None]  # The person cared for has died, as we heard it: no greeting is cheerful now.
    # What is being asked after a first instruction: {"escalation", "topics", "put": whether the first question is put}.
    questions: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    survey_until: Mapped[datetime | None]  # Until when a plain answer to the survey counts. Empty: nothing is asked.
    nation: Mapped[str | None]  # Where they are, as far as they have said.
    district: Mapped[str | None]  # The first half of a postcode (OL4), never the whole.
    # BCP 47: another than English that they named, for themselves or whom they care for, or write in. Empty: not known.
    language: Mapped[str | None]
    place_asked_for: Mapped[str | None]  # The need for which the place was asked, until it is told.
    blanked_at: Mapped[datetime | None]  # When its words and numbers went, and only what figures need was left.

    team: Mapped[Team] = relationship(lazy="joined")
    held_by: Mapped[Person | None] = relationship(lazy="joined")


class Message(Outgoing, Identified, Base):
    """One message, either way. Inbound: `answered_at` empty means that it still needs an answer."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_thread", "conversation_id", "seq"),
        Index(
            "ix_messages_unanswered", "claimed_until", postgresql_where=text("author = 'carer' AND answered_at IS NULL")
        ),
        Index("ix_messages_words", "words", postgresql_using="gin"),
        Index("ix_messages_waiting", "try_at", postgresql_where=text("delivery IN ('queued', 'sending')")),
        Index("ix_messages_sent_at", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    author: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str]
    # What can be searched for, which the database reads out of the body once: a search reads thousands of messages.
    words: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('english', body)", persisted=True), deferred=True
    )
    at: Mapped[datetime]
    inbound_id: Mapped[str | None] = mapped_column(
        unique=True
    )  # The carrier's id, once, however often it repeats itself.
    media_count: Mapped[int] = mapped_column(default=0)
    cut: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    understood: Mapped[dict[str, Any] | None]  # Inbound: the assistant's intent, confidence and ranking.
    # Inbound: what the screen heard (triage.grading.on_record), for whoever reviews it. Empty: it was never screened.
    heard: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    kind: Mapped[str | None]  # Outbound: which approved text or topic this is.
    safety: Mapped[bool] = mapped_column(default=False)  # Outbound: if it cannot be delivered, somebody must ring.

    person: Mapped[Person | None] = relationship(lazy="joined")


class Ask(Identified, Base):
    """The one plain question "do you need a nurse now?", put because a message might be a danger. Open until closed."""

    __tablename__ = "asks"
    __table_args__ = (
        Index("uq_asks_one_open", "conversation_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_asks_due", "page_at", postgresql_where=text("closed_at IS NULL AND page_at IS NOT NULL")),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), index=True)
    at: Mapped[datetime]
    page_at: Mapped[datetime | None]  # `otherwise` is done then, unless the carer has answered. Empty: nothing is.
    otherwise: Mapped[str]  # See conversations.rules.Otherwise.
    heard: Mapped[dict[str, Any]]  # {"dangers": [...]}: what it may be, most urgent first.
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # See conversations.rules.AskOutcome.
