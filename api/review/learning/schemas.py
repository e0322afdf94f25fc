"""What passes between the line and the programs that try, build and evaluate. It holds no carer's words."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.review.learning.rules import Kind
from api.review.schemas import Choice, LabelledMessage
from api.triage.rules import Priority
from api.triage.schemas import PhraseFile

LEVELS = {
    Priority.P0: "emergency",
    Priority.P1S: "crisis",
    Priority.P1: "crisis",
    Priority.P2: "urgent",
    Priority.P3: "routine",
}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(LabelledMessage):
    """One line of an evaluation. `right`: of a miss, the least that the line must do about it."""

    right: Choice | None = None


class Change(_Form):
    """One accepted proposal as a change to `data/`. `author`: name and address, as Git wants them."""

    id: UUID
    kind: Kind
    label: str
    wording: str
    phrase: PhraseFile | None = None
    author: str
    approved_by: str
    reason: str
    at: datetime
    miss: Line | None = None


class Order(_Form):
    """What to build: from `base` with these changes into `folder`, and compare with the data and model of before.

    `misses`: lines that no change brings along. `model`: what the assistant begins with; `quick`: measure so many lines
    of each set only, without asking the assistant; 0: all.
    """

    number: int
    base: Path
    folder: Path
    changes: list[Change]
    misses: list[Line]
    before_data: Path
    before_model: Path
    model: Path
    quick: int = 0


class Built(_Form):
    """What came of it."""

    data: Path
    model: Path | None
    before: dict[str, Any]
    after: dict[str, Any]
    compared: dict[str, Any]


class Tried(_Form):
    """A phrase to try against the data in use."""

    data: Path
    code: str
    phrase: PhraseFile
    wording: str


class FalseHit(_Form):
    """A message after which nobody is needed, and what the line would do about it."""

    text: str
    after: Choice


class Trial(_Form):
    """What a phrase would have changed.

    `problems`: examples that do not hold, in sentences; with any it is not proposed. `wording`: what the line would do
    about the rewording. `crises`: lines of the evaluation heard better, by id. `taught`: of the labelled messages that
    the learned screen knows, how many dangers are heard better.
    """

    problems: list[str]
    wording: Choice
    crises: list[str]
    taught: int
    false_pages: list[FalseHit]
    false_asks: list[FalseHit]
