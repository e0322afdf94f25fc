"""data/review/sampling.yml."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.review.judging.rules import Round
from api.review.judging.sampling.rules import Wanted
from api.triage.rules import Priority

Part = Annotated[float, Field(ge=0, le=1)]


class SamplingFile(BaseModel):
    """The file, checked."""

    model_config = ConfigDict(extra="forbid")

    owner: str
    version: int
    review_date: date
    status: str
    always: list[Priority]
    share: Annotated[float, Field(gt=0, le=1)]
    salt: Annotated[str, Field(min_length=1)]
    second_share: Part
    still_hours: Annotated[int, Field(ge=1)]
    look_back_days: Annotated[int, Field(ge=2)]
    due_days: dict[Round, Annotated[int, Field(ge=1)]]
    hard_a_day: Annotated[int, Field(ge=1)]
    hard: list[str]
    in_time_seconds: Annotated[int, Field(ge=0)]
    few_below: Annotated[int, Field(ge=1)]

    def wanted(self) -> Wanted:
        """The same as rules read it."""
        return Wanted(
            always=frozenset(self.always),
            share=self.share,
            salt=self.salt,
            second_share=self.second_share,
            still=timedelta(hours=self.still_hours),
            look_back=timedelta(days=self.look_back_days),
            due={which: timedelta(days=self.due_days[which]) for which in Round},
            hard_a_day=self.hard_a_day,
            hard=frozenset(self.hard),
            in_time=timedelta(seconds=self.in_time_seconds),
            few_below=self.few_below,
        )
