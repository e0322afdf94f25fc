"""The form of `data/privacy/retention.yml`."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, model_validator

from api.privacy.retention.rules import CARRIED_OUT, Action, Plan, Rule, Source

Words = Annotated[str, Field(min_length=1, max_length=400)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SourceFile(_Strict):
    """Where a reason is from, what it says, and when it was read."""

    url: HttpUrl
    says: Words
    read: date


class RuleFile(_Strict):
    """One rule. Days are needed where something is done, and stand nowhere else."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    carers: bool
    title: Words
    tables: list[str]
    days: Annotated[int, Field(ge=1, le=36_500)] | None
    counted_from: str
    action: Action
    why: Words
    sources: Annotated[list[str], Field(min_length=1)]
    newest: Annotated[int, Field(ge=0, le=100)] = 0

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if (self.days is not None) is not (self.action in CARRIED_OUT):
            raise ValueError("days are needed to delete or to blank, and for nothing else")
        return self


class RetentionFile(_Strict):
    """The whole file."""

    owner: Words
    version: int
    review_date: date
    status: Words
    at: time
    batch: Annotated[int, Field(ge=1, le=500)]
    sources: dict[str, SourceFile]
    rules: Annotated[list[RuleFile], Field(min_length=1)]
    nobody: list[str]

    def plan(self) -> Plan:
        """The same as the rules know it. Raises KeyError for a source that the file does not have."""
        sources = {name: Source(str(one.url), one.says, one.read) for name, one in self.sources.items()}
        rules = tuple(
            Rule(
                kind=one.kind,
                carers=one.carers,
                title=one.title,
                tables=tuple(one.tables),
                days=one.days,
                counted_from=one.counted_from,
                action=one.action,
                why=one.why,
                sources=tuple(sources[name] for name in one.sources),
                newest=one.newest,
            )
            for one in self.rules
        )
        return Plan(self.at, self.batch, self.status, rules, frozenset(self.nobody))
