"""What crosses HTTP about guides: what is known so far, and the next question or the end."""

from pydantic import BaseModel, ConfigDict, Field

from api.guides.rules import MOST_QUESTIONS, Reads


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WordsOut(_Out):
    """The same words for each channel."""

    sms: str
    web: str
    voice: str


class AskOut(_Out):
    """A question. `options`: of each answer that can be chosen, what a carer may write for it."""

    code: str
    reads: Reads
    options: dict[str, list[str]]
    words: WordsOut


class SaidOut(_Out):
    """One statement as it is said today."""

    id: str
    words: WordsOut


class NextIn(BaseModel):
    """What is known so far, by question. `finish`: ask nothing more and end with that."""

    model_config = ConfigDict(extra="forbid")

    facts: dict[str, str] = Field({}, max_length=MOST_QUESTIONS, examples=[{"nation": "wales"}])
    finish: bool = False


class NextOut(BaseModel):
    """Either the next question or the end, never both."""

    ask: AskOut | None = None
    end: list[SaidOut] | None = None


class GuideListedOut(_Out):
    """A guide, the needs (the assistant's intents) with which it begins, and what some of them say already."""

    code: str
    title: str
    begins: list[str]
    already: dict[str, dict[str, str]]


class GuidesOut(BaseModel):
    """Every guide."""

    guides: list[GuideListedOut]
