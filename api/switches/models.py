"""Switches, on and past, and which carers were told of one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified


class SwitchSet(Identified, Base):
    """One switch of one team from when it was set. It is on while `ended_at` is empty and `ends_at` is to come."""

    __tablename__ = "switches"
    __table_args__ = (
        Index("uq_switches_on", "team_id", "kind", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    kind: Mapped[str]  # See switches.rules.Switch.
    reason: Mapped[str]
    set_by: Mapped[str]  # The actor, as the audit log knows them.
    set_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class SwitchNotice(Base):
    """A carer was told of this switch: once is enough. The conversation's table stands higher, so it is known by id."""

    __tablename__ = "switch_notices"

    switch_id: Mapped[UUID] = mapped_column(ForeignKey("switches.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True, index=True)
    at: Mapped[datetime]
