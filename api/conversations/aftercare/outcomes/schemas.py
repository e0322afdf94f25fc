"""data/outcomes.yml, checked."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.conversations.aftercare.outcomes.rules import Due

Hours = Annotated[float, Field(gt=0)]


class WordIn(BaseModel):
    """One outcome."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1)]
    death: bool = False


class OutcomesFile(BaseModel):
    """The file. `due`, `overdue_after`: hours."""

    model_config = ConfigDict(extra="forbid")

    owner: str
    version: int
    review_date: date
    status: str
    due: dict[Due, Hours]
    overdue_after: dict[Due, Hours]
    outcomes: Annotated[dict[str, WordIn], Field(min_length=1)]
    avoidable: Annotated[dict[str, str], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> "OutcomesFile":
        if set(self.due) != set(Due) or set(self.overdue_after) != set(Due):
            raise ValueError("each time needs its hours")
        return self
