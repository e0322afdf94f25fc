"""What carers were told of: no words, no number, only the need, the place and the services."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified


class Signpost(Identified, Base):
    """One answer to one need. Nation, district and authority are empty where the carer's place is not known.

    Conversations stand above the directory, so their ids are kept as they are, without a foreign key: what happens to
    these rows when a conversation goes is for whoever keeps retention.
    """

    __tablename__ = "directory_signposts"
    __table_args__ = (Index(None, "service_codes", postgresql_using="gin"),)

    at: Mapped[datetime] = mapped_column(index=True)
    conversation_id: Mapped[UUID] = mapped_column(index=True)
    message_id: Mapped[UUID | None]
    need: Mapped[str]  # A code of rules.Need.
    nation: Mapped[str | None]
    district: Mapped[str | None]
    authority: Mapped[str | None]
    service_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))  # Those that were named to the carer.
    found: Mapped[bool]  # Whether anything was there that meets the need itself.
    is_open: Mapped[bool | None]  # Whether something that was named was open then; empty: nothing was, or not known.
