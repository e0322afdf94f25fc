"""What carers answered to the two questions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, Identified


class SurveyAnswer(Identified, Base):
    """One carer who was asked, answered or not. While an answer counts: `survey_until` of the conversation."""

    __tablename__ = "survey_answers"
    __table_args__ = (Index("ix_survey_answers_asked", "conversation_id", "asked_at"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    asked_at: Mapped[datetime]
    helped: Mapped[str | None]  # See rules.Answer.
    safe: Mapped[str | None]  # yes or no.
    answered_at: Mapped[datetime | None]  # When the last of the two was answered.
