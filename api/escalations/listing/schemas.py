"""What crosses HTTP in lists: what may be asked for, and pages and tasks as other programs see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.cursors import Asked
from api.escalations.rules import State, TaskKind
from api.paging.rules import PageState
from api.triage.rules import Priority

TeamCode = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_-]+$")]


class Wanted(Asked):
    """What every list can be narrowed by."""

    team: TeamCode | None = Field(None, description="A team's code. A token of one team sees that team in any case.")
    since: AwareDatetime | None = Field(None, description="Made at this moment or later.")
    until: AwareDatetime | None = Field(None, description="Made before this moment.")


class EscalationsWanted(Wanted):
    """Which escalations."""

    state: list[State] = Field([], max_length=10, description="May be given again. Empty: any.")
    priority: list[Priority] = Field([], max_length=10, description="May be given again. Empty: any.")
    conversation_id: UUID | None = None


class PagesWanted(Wanted):
    """Which pages."""

    state: list[PageState] = Field([], max_length=10, description="May be given again. Empty: any.")
    escalation_id: UUID | None = None
    person_id: UUID | None = None


class TasksWanted(Wanted):
    """Which tasks."""

    state: Literal["open", "done"] | None = None
    kind: list[TaskKind] = Field([], max_length=10, description="May be given again. Empty: any.")
    conversation_id: UUID | None = None


class PageOut(BaseModel):
    """One member of staff asked once to take one escalation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    escalation_id: UUID
    person_id: UUID
    rung: str
    state: PageState
    placed_at: datetime
    answered_at: datetime | None


class TaskRow(BaseModel):
    """A task as it stands in a list. No carer's words: `reason` is staff's and stays with them."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    conversation_id: UUID
    kind: TaskKind
    priority: Priority
    state: Literal["open", "done"]
    created_at: datetime
    done_at: datetime | None
