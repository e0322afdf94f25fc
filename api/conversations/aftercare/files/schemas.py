"""data/aftercare.yml, checked."""

from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.conversations.aftercare.rules import Answer

Words = Annotated[list[str], Field(min_length=1)]


class Hours(BaseModel):
    """Between which times on a UK clock somebody may be asked: never in the night."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    opens: Annotated[time, Field(alias="from", ge=time(8))]
    closes: Annotated[time, Field(alias="until", le=time(21))]


class NeverAfterIn(BaseModel):
    """What was heard of a carer who is never asked."""

    model_config = ConfigDict(extra="forbid")

    groups: Words
    categories: Words
    intents: Words
    intents_from: Annotated[float, Field(gt=0, le=1)]
    words: Words


class AftercareFile(BaseModel):
    """The file. Hours, but `not_again_for`: days."""

    model_config = ConfigDict(extra="forbid")

    owner: str
    version: int
    review_date: date
    status: str
    still_for: Annotated[float, Field(ge=1)]
    too_late_after: float
    between: Hours
    not_again_for: Annotated[float, Field(ge=1)]
    open_for: Annotated[float, Field(gt=0)]
    answers: dict[Answer, Words]
    never_after: NeverAfterIn

    @model_validator(mode="after")
    def _possible(self) -> "AftercareFile":
        if self.between.opens >= self.between.closes or self.too_late_after <= self.still_for:
            raise ValueError("between these times nobody would ever be asked")
        if set(self.answers) != set(Answer):
            raise ValueError("each answer needs its words")
        return self
