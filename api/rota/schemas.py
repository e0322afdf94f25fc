"""What a team's file lays down for its rota, and who is on call as `/v1` says it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.rota.rules import Ground, Rung


class GroundFile(BaseModel):
    """The part `rota` of a file in data/teams."""

    model_config = ConfigDict(extra="forbid")

    nation: Literal["ENG", "SCT", "WLS", "NIR"]
    rungs: list[Rung] = Field(min_length=1)
    several: list[Rung] = []
    swaps_need_approval: bool
    apart: list[Rung] = [Rung.ON_CALL, Rung.SECOND_ON_CALL]

    @property
    def ground(self) -> Ground:
        """As rules see it."""
        rungs, several, apart = tuple(self.rungs), frozenset(self.several), tuple(self.apart)
        return Ground(self.nation, rungs, several, self.swaps_need_approval, apart)


class OnDutyOut(BaseModel):
    """One person on one rung."""

    rung: str = Field(examples=["on_call"])
    person: str = Field(examples=["Demo Nurse One"])
    reachable: bool = Field(description="Whether there is a number to page them on.")
    starts_at: datetime
    ends_at: datetime | None = Field(description="Empty: until further notice.")


class OnCallOut(BaseModel):
    """Who is on call in a team now, and who begins next on each rung."""

    team: str = Field(examples=["demo"])
    at: datetime
    published_until: datetime | None = Field(description="Until when the rota is published; empty: it is not.")
    now: list[OnDutyOut]
    next: list[OnDutyOut]
