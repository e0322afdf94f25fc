"""The form of data/referrals/services.yml. It comes from people, as requests do, and is checked as strictly."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.directory.hours.rules import Nation
from api.directory.rules import Need
from api.referrals.rules import Clock, Service, Take, Way

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n\x00\[\]]+$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HowFile(_File):
    """The words for what is asked for, and its clock."""

    words: Annotated[Line, Field(max_length=40)]
    clock: Clock


class TakeFile(HowFile):
    """A need that the service takes."""

    need: Need


class ServiceFile(_File):
    """One service. `address` belongs to email and webhook only."""

    code: Code
    name: Annotated[Line, Field(max_length=46)]
    team: Code
    nation: Nation
    way: Way
    address: Code | None = None
    general: HowFile | None = None
    takes: list[TakeFile] = []

    @model_validator(mode="after")
    def _has_what_its_way_needs(self) -> Self:
        if (self.way is Way.INBOX) != (self.address is None):
            raise ValueError(f"{self.code}: address belongs to every service that is no inbox")
        if not self.takes and self.general is None:
            raise ValueError(f"{self.code}: it takes nothing")
        return self

    def service(self) -> Service:
        """As rules see it."""
        takes = [Take(one.need, one.words, one.clock) for one in self.takes]
        if self.general is not None:
            takes.append(Take(None, self.general.words, self.general.clock))
        return Service(self.code, self.name, self.team, self.nation, self.way, self.address or "", tuple(takes))


class ServicesFile(_File):
    """The whole file."""

    owner: Line
    version: Annotated[int, Field(gt=0)]
    review_date: date
    status: Literal["draft for review by information staff", "approved"]
    services: list[ServiceFile] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        codes = [one.code for one in self.services]
        taken = [(one.team, take.need) for one in self.services for take in one.service().takes]
        if len(codes) != len(set(codes)) or len(taken) != len(set(taken)):
            raise ValueError("a code, or a need of a team's carers, stands twice")
        return self
