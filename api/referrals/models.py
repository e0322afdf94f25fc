"""Referrals and their timelines."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified
from api.referrals.rules import State
from api.sealed_columns import Sealed


class Referral(Identified, Base):
    """One call that a carer wants from one service, from their yes until a person ends it.

    Three times are the truth about what is due, each empty once it is dealt with: `try_at`, when the service is told
    next; `unread_at`, when somebody there should have read it; `late_at`, when the carer should have been rung.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        Index(
            "uq_referrals_one_open",
            "conversation_id",
            "service",
            unique=True,
            postgresql_where=text("state NOT IN ('done', 'declined', 'withdrawn')"),
        ),
        Index("ix_referrals_try_at", "try_at", postgresql_where=text("try_at IS NOT NULL")),
        Index("ix_referrals_unread_at", "unread_at", postgresql_where=text("unread_at IS NOT NULL")),
        Index("ix_referrals_late_at", "late_at", postgresql_where=text("late_at IS NOT NULL")),
        Index("ix_referrals_team_id_due_at", "team_id", "due_at"),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    service: Mapped[str]  # A code of data/referrals/services.yml, and how it was named to the carer.
    service_name: Mapped[str]
    need: Mapped[str | None]  # A code of directory.rules.Need, and how it was named to the carer.
    asked_for: Mapped[str]
    clock: Mapped[str]
    way: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.REQUESTED)
    name: Mapped[str] = mapped_column(Sealed("referrals.name"))
    number: Mapped[str] = mapped_column(Sealed("referrals.number"))  # E.164.
    good_time: Mapped[str]
    consent_message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), unique=True)
    consent_question: Mapped[str] = mapped_column(Sealed("referrals.consent_question"))  # It has their name in it.
    # The words to which that message says yes.
    consented_at: Mapped[datetime]
    due_at: Mapped[datetime]
    try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    unread_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str | None]  # How it ended, in a few words of whoever ended it.


class ReferralEvent(Base):
    """One line of a timeline: a state that was reached, or something that happened on the way."""

    __tablename__ = "referral_events"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]  # See rules.State and rules.Event.
    actor: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
