"""What crosses HTTP about switches."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.switches.rules import Switch


class SwitchIn(BaseModel):
    """How a switch is to stand. To switch on, give a reason and an end within 24 hours; to switch off, neither."""

    model_config = ConfigDict(extra="forbid")

    team: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$", description="The team's code.", examples=["demo"])]
    switch: Switch
    on: bool
    reason: Annotated[
        str, Field(max_length=200, pattern=r"^[^\x00]*$", description="For staff; none of a carer's words.")
    ] = ""
    ends_at: AwareDatetime | None = None


class SwitchOut(BaseModel):
    """How a switch stands. What is off has no reason and no times."""

    switch: Switch
    on: bool
    reason: str | None = None
    set_at: datetime | None = None
    ends_at: datetime | None = None
