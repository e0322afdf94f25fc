"""What crosses HTTP about escalations and tasks."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.escalations.rules import Outcome, State, TaskKind, TaskOutcome

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
    handed_to_id: UUID | None = Field(
        None, description="The colleague who is asked to take it over, until they answer."
    )


class NetSource(BaseModel):
    """A public page that supports a safety-net: what it says, in our words, and when it was read."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(pattern=r"^https?://")]
    read: date
    says: Annotated[str, Field(min_length=1)]


class NetTemplate(BaseModel):
    """One safety-net of data/closing/safety_nets.yml. Its parts complete the sentence in `closed_with_net`."""

    model_config = ConfigDict(extra="forbid")

    title: str
    watch_for: Annotated[str, Field(min_length=1)]
    come_back: Annotated[str, Field(min_length=1)]
    sources: Annotated[list[NetSource], Field(min_length=1)]


class NetsFile(BaseModel):
    """data/closing/safety_nets.yml."""

    owner: str
    version: int
    review_date: date
    status: str
    numbers: Annotated[list[str], Field(min_length=1)]
    nets: Annotated[dict[str, NetTemplate], Field(min_length=1)]


class NetIn(BaseModel):
    """The safety-net that was given: one of data/replies by its code, or what was said in other words."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=40)] | None = None
    watch_for: Line = Field("", description="Without a code: in the nurse's own words, which are kept and never sent.")
    come_back: Line = ""
    number: Line = Field(description="The team's number or 111, as in data/closing/safety_nets.yml.")
    by_text: bool = Field(False, description="With a code: the carer gets these approved words as well.")


class MoveIn(BaseModel):
    """A move of the table, made by a named person.

    `outcome`, `note` and `safety_net` belong to `resolved`; `note` to `stood_down`, too; `hand_to` to `handed_on`.
    """

    model_config = ConfigDict(extra="forbid")

    to: Literal["accepted", "declined", "widened", "handed_on", "contacted", "stood_down", "resolved"]
    person_id: UUID
    hand_to: UUID | None = None
    outcome: Outcome | None = None
    note: Line = ""
    safety_net: NetIn | None = None


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


class TaskDone(BaseModel):
    """What came of a task, in the name of whoever did it. `note` is staff's and holds none of the carer's words.

    A task by telephone ends with `spoke`, or with `not_reached` when a coordinator decides that after a try in vain;
    any other with `done`.
    """

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    outcome: TaskOutcome
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


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
