"""What transcripts are searched by, and the searches that reviewers keep."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified


class ConversationFacts(Base):
    """All of one conversation that can be searched by, but its words. Triggers keep it, at the end of a transaction.

    Five tables tell these things, and a search that joined them would read all of a million messages to find that few
    are wanted. Here one index has every mark and two have the order; the migration says why triggers write it. It goes
    with its conversation. `marks`: see `rules`. Whatever orders it never changes.
    """

    __tablename__ = "conversation_facts"
    __table_args__ = (
        Index("ix_conversation_facts_of_team", "team_id", "opened_at", "conversation_id"),
        Index("ix_conversation_facts_newest", "opened_at", "conversation_id"),
        Index("ix_conversation_facts_marks", "marks", postgresql_using="gin"),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    channel: Mapped[str]
    opened_at: Mapped[datetime]
    messages: Mapped[int]  # Both ways.
    marks: Mapped[list[str]] = mapped_column(ARRAY(Text))


class SavedSearch(Identified, Base):
    """A search that one reviewer keeps, under a name of their own. `filters`: as `rules.typed` has them."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    filters: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
