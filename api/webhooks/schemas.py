"""What crosses HTTP about webhooks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.cursors import Asked
from api.webhooks.rules import DeliveryState

Url = Annotated[str, StringConstraints(min_length=9, max_length=500, pattern=r"^[!-~]+$")]
Kind = Annotated[str, StringConstraints(max_length=60, pattern=r"^(escalation|task|conversation)\.([a-z_]+|\*)$")]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=50, examples=[["escalation.raised", "task.*"]])]


class EndpointNew(BaseModel):
    """Where events are to go. Only https, and only the public internet."""

    model_config = ConfigDict(extra="forbid")

    url: Url = Field(examples=["https://hospice.example/nightlight"])
    events: Kinds
    team: Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_-]+$")] | None = Field(
        None, description="A team's code. A token of one team is for that team in any case."
    )


class EndpointChange(BaseModel):
    """What is left out stays. `enabled` true begins again after an end."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: Kinds | None = None
    enabled: bool | None = None


class EndpointOut(BaseModel):
    """An endpoint, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    team_id: UUID | None
    url: str
    events: list[str]
    created_at: datetime
    disabled_at: datetime | None
    disabled_because: str | None
    old_secret_ends_at: datetime | None


class EndpointWithSecret(EndpointOut):
    """An endpoint with its secret, which is shown this once."""

    secret: str = Field(examples=["whsec_…"])


class DeliveriesWanted(Asked):
    """Which deliveries."""

    endpoint_id: UUID | None = None
    state: DeliveryState | None = None


class DeliveryOut(BaseModel):
    """One event for one endpoint, and what became of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    endpoint_id: UUID
    kind: str
    at: datetime
    state: DeliveryState
    tries: int
    try_at: datetime | None
    status: int | None
    why: str | None
    ended_at: datetime | None


class ReplayedOut(BaseModel):
    """How many failed deliveries are tried again."""

    replayed: int
