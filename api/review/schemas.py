"""Labelled messages, what was decided about each, and the report: the form of `make eval`'s files."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Level = Literal["emergency", "crisis", "urgent", "routine"]
Choice = Literal["page", "ask", "none"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class LabelledMessage(_Form):
    """One line of a set. A line has `label` (is it a crisis?), or `need` (an everyday message: nobody's crisis)."""

    id: str
    text: str
    channel: Literal["sms", "web", "voice"] = "sms"
    label: Literal["crisis", "not_crisis"] | None = None
    category: str = ""
    priority: Level | None = None
    need: str = ""

    @model_validator(mode="after")
    def _says_what_it_is(self) -> "LabelledMessage":
        if (self.label is None) == (not self.need):
            raise ValueError("a line has either a label or a need")
        return self

    @property
    def is_crisis(self) -> bool:
        """Whether a person is needed."""
        return self.label == "crisis"


class Decided(_Form):
    """What the recogniser made of one line. `why` names each rule, score or intent that spoke."""

    id: str
    decision: Choice
    priority: str = ""
    categories: list[str] = []
    need: str = ""
    needs: list[str] = []
    why: list[str] = []


class Report(_Form):
    """report.json."""

    summary: dict[str, Any]
    lines: list[Decided] = Field(default_factory=list)
