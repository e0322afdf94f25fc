"""What crosses HTTP about a conversation: where its carer is."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.directory.hours.rules import Nation
from api.directory.rules import Place


class PlaceIn(BaseModel):
    """What a carer said when they were asked where they are. It is read and forgotten."""

    model_config = ConfigDict(extra="forbid")

    said: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")] = Field(
        examples=["its OL4 1AA"]
    )


class PlaceOut(BaseModel):
    """Where a carer is. Both are empty until they have said."""

    nation: Nation | None
    district: str | None = Field(examples=["OL4"])

    @classmethod
    def of(cls, place: Place) -> Self:
        """A place as it is shown."""
        return cls(nation=place.nation, district=place.district or None)
