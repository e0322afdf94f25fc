"""The form of data/places/postcode_areas.yml. It comes from people, as requests do, and is checked as strictly."""

from datetime import date
from itertools import chain
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.directory.files.schemas import District, Line
from api.directory.hours.rules import Nation

Letters = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]


class PlacesFile(BaseModel):
    """Areas of one nation, areas across a border with the districts that are certain, and the names of places."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: Line
    version: Annotated[int, Field(gt=0)]
    review_date: date
    status: Literal["draft for review by information staff", "approved"]
    sources: list[Line] = Field(min_length=1)
    areas: dict[Nation, list[Letters]]
    across: dict[Letters, dict[Nation, list[District]]]
    outside: list[Letters]
    authorities: dict[Line, list[District]]
    names: dict[Nation, list[Line]]
    beside: list[Line]
    refusals: list[Line]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        areas = [*chain(*self.areas.values()), *self.across, *self.outside]
        certain = [district for sides in self.across.values() for districts in sides.values() for district in districts]
        councils = [district for districts in self.authorities.values() for district in districts]
        names = [name.casefold() for names in self.names.values() for name in names]
        for kind, listed in (("area", areas), ("district", certain), ("council's district", councils), ("name", names)):
            twice = {one for one in listed if listed.count(one) > 1}
            if twice:
                raise ValueError(f"{kind} {min(twice)} stands here twice")
        if missing := set(Nation) - {nation for nation, names in self.names.items() if names}:
            raise ValueError(f"no name of {min(missing)}")
        return self

    @model_validator(mode="after")
    def _borders_have_two_sides(self) -> Self:
        for letters, sides in self.across.items():
            if len(sides) < 2:
                raise ValueError(f"{letters} lies across a border: name the nations on both sides")
            for district in chain(*sides.values()):
                if district.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789") != letters:
                    raise ValueError(f"{district} is no district of {letters}")
        return self
