"""What crosses HTTP about escalations and tasks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.escalations.rules import Outcome, State, TaskKind

# A null byte is the one character that PostgreSQL cannot keep in a text.
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class EscalationNew(BaseModel):
    """A carer needs a person. `summary` is for staff and holds none of the carer's words."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: UUID
    message_id: UUID | None = None
    category: Annotated[str, Field(max_length=60, description="A category of data/triage, for example human_request.")]
    priority: Literal["P0", "P1S", "P1", "P2", "P3"] | None = Field(
        None, description="Only to raise it above the category's own priority; it is never lowered."
    )
    summary: Line = ""


class EscalationOut(BaseModel):
    """An escalation as other programs see it. No carer's words and no number."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    conversation_id: UUID
    state: State
    priority: str
    category: str
    raised_at: datetime
    accepted_at: datetime | None
    contacted_at: datetime | None
    resolved_at: datetime | None
    outcome: Outcome | None


class MoveIn(BaseModel):
    """A move of the table, made by a named person. `outcome` and `note` belong to `resolved` only."""

    model_config = ConfigDict(extra="forbid")

    to: Literal["accepted", "contacted", "resolved"]
    person_id: UUID
    outcome: Outcome | None = None
    note: Line = ""


class CallNew(BaseModel):
    """Have the line ring a named person, and put them through to the carer. They must have accepted."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    confirmed: Annotated[
        bool, Field(description="Needed (409, `may_be_watched`) when somebody may be watching the carer's phone.")
    ] = False


class CallOut(BaseModel):
    """A call that is being placed. What becomes of it stands on the timeline. No number."""

    id: UUID


class AnswerNew(BaseModel):
    """A message of the carer's answers one of the few questions after the first instruction."""

    model_config = ConfigDict(extra="forbid")

    message_id: UUID
    topic: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+$", description="As in data/triage/questions.yml.")]


class TaskNew(BaseModel):
    """Something a person must do. `reason` is for staff and holds none of the carer's words."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: UUID
    message_id: UUID | None = None
    kind: TaskKind
    reason: Line


class TaskOut(BaseModel):
    """A task as other programs see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: TaskKind
    priority: str
    state: Literal["open", "done"]
    created_at: datetime


class TeamOut(BaseModel):
    """A team's public face."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    phone: str


class ConversationOut(BaseModel):
    """What the assistant's actions may know of a conversation."""

    id: UUID
    channel: str
    team: TeamOut
    open_escalation: EscalationOut | None
