"""Endpoints, and what was or is to be delivered to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.webhooks.rules import DeliveryState


class Endpoint(Identified, Base):
    """One address that wants to hear of some events of one team, or of all teams. Its secret is not kept: see rules."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        Index("uq_webhook_endpoints_url", "team_id", "url", unique=True, postgresql_nulls_not_distinct=True),
    )

    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))  # Empty: the whole installation.
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))  # Kinds, such as `escalation.raised` or `task.*`.
    secret_version: Mapped[int] = mapped_column(default=1)
    old_secret_ends_at: Mapped[datetime | None]  # Until then the version before signs as well.
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_because: Mapped[str | None]
    told_at: Mapped[datetime | None]  # When the lead was last texted that it cannot be reached.


class Delivery(Identified, Base):
    """One event for one endpoint. Its id is the message's id, the same at each try."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_due", "try_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_webhook_deliveries_alarm", "alarm_at", postgresql_where=text("alarm_at IS NOT NULL")),
        Index("ix_webhook_deliveries_endpoint_id_at", "endpoint_id", "at"),
        # For the list of `/v1`, newest first: of all, and of those that failed.
        Index("ix_webhook_deliveries_newest", "at", "id"),
        Index("ix_webhook_deliveries_in_state", "state", "at", "id"),
        Index("ix_webhook_deliveries_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime]  # When it happened.
    data: Mapped[dict[str, Any]]  # Ids and states, never a carer's words or number.
    urgent: Mapped[bool]
    state: Mapped[str] = mapped_column(default=DeliveryState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    status: Mapped[int | None]  # The last answer's.
    why: Mapped[str | None]  # In our words.
    ended_at: Mapped[datetime | None]
    alarm_at: Mapped[datetime | None]  # Failed, and people must still hear of it another way.

    endpoint: Mapped[Endpoint] = relationship(lazy="joined")
