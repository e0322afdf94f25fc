"""The form of the files in data/triage. They come from people, as requests do, and are checked as strictly."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.triage.rules import Place, Priority

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]+$")]
PlainWords = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+( [a-z0-9]+)*$")]
Rows = list[list[PlainWords]]
About = Literal["patient", "carer"]
ContextName = Literal["negated", "asked", "feared", "past", "story"]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InstructionFile(_File):
    """What the carer is told at once, in the words of each channel."""

    sms: Words
    web: Words
    voice: Words


class PhraseFile(_File):
    """One phrase: messages it must hear (`hit`), and messages like them that it must leave alone (`near_miss`)."""

    say: Words
    hit: list[Line] = Field(min_length=1)
    near_miss: list[Line] = Field(min_length=1)
    priority: Priority | None = None
    about: About | Literal[""] = ""
    variant: str = ""
    stands: list[ContextName] = []
    believed: bool = False  # It pages whatever the learned screen makes of the message.
    asked: bool = False  # It is asked about at the least, whatever the learned screen makes of the message.


class LookAlikeFile(_File):
    """Words that make a phrase no flag, with messages that show it. `say` is one phrase or several."""

    say: Words | list[Words]
    place: Place = Place.OVER
    unless: list[Words] = []
    example: list[Line] = Field(min_length=1)

    @property
    def says(self) -> list[str]:
        """The phrases, however many there are."""
        return [self.say] if isinstance(self.say, str) else self.say


class CategoryFile(_File):
    """data/triage/categories/<code>.yml. `opened_by` says who raises a category that has no phrases."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    title: Words
    group: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    priority: Priority
    about: About
    status: Literal["draft for clinical review", "approved"]
    owner: Words
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    review_date: date
    sources: list[Line] = Field(min_length=1)
    instruction: InstructionFile
    variants: dict[str, InstructionFile] = {}
    tell_nurse: list[Line] = Field(min_length=1)
    opened_by: Literal["phrases", "assistant", "guess"] = "phrases"
    asks_first: bool = False  # What the learned screen alone hears of this is asked about and never pages.
    unless_certain: bool = False  # But it pages where the learned screen could hardly be surer (`certain_at`).
    silent: bool = False  # The carer's phone may be watched: nothing that we send says that a nurse has been told.
    guessable: bool = True  # False: without a phrase the learned screen's guess does not bring these words.
    question: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")] = ""  # How it is asked about, if not as usual.
    phrases: list[PhraseFile] = []
    look_alikes: list[LookAlikeFile] = []


class MorePhrasesFile(_File):
    """data/triage/categories/<code>.<part>.yml: more phrases of a category, so that no file grows too long to read."""

    phrases: list[PhraseFile] = Field(min_length=1)


class TargetFile(_File):
    """Targets of one priority, in minutes."""

    title: Words
    accept_within: Annotated[int, Field(gt=0)]
    contact_within: Annotated[int, Field(gt=0)]


class PrioritiesFile(_File):
    """data/triage/priorities.yml."""

    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    status: Literal["draft for clinical review", "approved"]
    owner: Words
    review_date: date
    sources: list[Line] = Field(min_length=1)
    page_unanswered_ask_after: Annotated[int, Field(gt=0)]  # Minutes.
    priorities: dict[Priority, TargetFile]


class QuestionsFile(_File):
    """data/triage/questions.yml: what is asked after the first instruction, by group of danger.

    `desk`: what staff want to know of every call. `plain_answers`: words that tell nothing new in an answer, with
    spaces between.
    """

    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    status: Literal["draft for clinical review", "approved"]
    owner: Words
    review_date: date
    sources: list[Line] = Field(min_length=1)
    topics: dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")], Words]
    desk: dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")], Words]
    plain_answers: Words
    ask: dict[str, Annotated[list[str], Field(min_length=1, max_length=3)]]

    @model_validator(mode="after")
    def _only_known_topics(self) -> Self:
        unknown = {topic for topics in self.ask.values() for topic in topics} - set(self.topics)
        if unknown:
            raise ValueError(f"ask: there is no topic {', '.join(sorted(unknown))}")
        return self


class YesAndNoFile(_File):
    """data/triage/yes_and_no.yml: how people say yes and no. The file says what its lists are for."""

    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    status: Literal["draft for clinical review", "approved"]
    owner: Words
    review_date: date
    sources: list[Line] = Field(min_length=1)
    yes: list[PlainWords]
    no: list[PlainWords]
    also_yes: Rows
    yes_for_sure: list[PlainWords]
    says_yes: list[PlainWords]
    takes_it_back: list[PlainWords]
    takes_a_nurse_back: Rows
    half_yes_alone: Rows
    half_yes: Rows
    nobody: list[PlainWords]
    whose: Rows
    before: list[PlainWords]
    no_words: list[PlainWords]
    thanks: Rows
    is_well: list[PlainWords]
    we_are: list[PlainWords]
    well: Rows
    only: list[PlainWords]
    meant: Rows
    denials: Rows
    no_nurse: Rows
    not_now: Rows
    cannot_talk: list[PlainWords]

    def lists(self) -> dict[str, frozenset[str]]:
        """Each list by its name, without its rows."""
        found = self.model_dump(exclude={"version", "status", "owner", "review_date", "sources"})
        return {name: frozenset(_flat(rows)) for name, rows in found.items()}


def _flat(rows: list[str] | list[list[str]]) -> Iterator[str]:
    for row in rows:
        yield from [row] if isinstance(row, str) else row


class WordsFile(_File):
    """data/triage/words.yml: the groups that phrases share, and the ways of speaking that make a phrase no flag."""

    common: Words
    negations: Words
    asides: Words
    groups: dict[str, list[Words]]
    contexts: dict[ContextName, LookAlikeFile]
    clause_starts: list[Words]
    minimising: list[Words]


class SpellingFile(_File):
    """data/triage/spelling.yml. `means` leads from plain words to the spellings that stand for them."""

    means: dict[str, str]
    two_words: dict[Annotated[str, StringConstraints(pattern=r"^\S+ \S+$")], str]
    ordinary: str


class ModelCard(_File):
    """data/triage/model/card.yml: which files the learned screen is, what they came from, and how sure it must be."""

    owner: Words
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    status: Literal["draft for clinical review", "approved"]
    review_date: date
    upstream: Words
    model_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    tokenizer_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    messages_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # What it was trained from.
    messages: int
    labels: list[Line] = Field(min_length=3)  # "none" and "everyday" first.
    letters_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    words_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    # How likely danger is: 1 / (1 + exp(-x)), x = meaning_weight * log odds + letters_weight * letters
    # + everyday_weight * how much more it sounds like an everyday need than like the look-alike of a danger + offset.
    meaning_weight: float = Field(gt=0)
    letters_weight: float = Field(ge=0)
    everyday_weight: float
    # Between this and `page_at` in doubt: then the message is read in other ways, too (`learned.py`).
    doubt_from: float = Field(ge=0, lt=1)
    talk_at: float
    matter_at: float
    talk_apart: float = Field(gt=0)
    # A sentence at an end may be left out: in the message its words are talk with `aside_marked_at` at least; read by
    # itself it is talk with `aside_talk_at` at least and sounds no more dangerous than `aside_danger_at`.
    aside_marked_at: float
    aside_talk_at: float
    aside_danger_at: float = Field(ge=0, lt=1)
    offset: float
    page_at: float = Field(gt=0, lt=1)
    ask_at: float = Field(gt=0, lt=1)
    phrase_asks_at: float = Field(ge=0, lt=1)  # Below, a phrase is not meant: no phrase's own example lies below.
    page_with_phrase_at: float = Field(ge=0, lt=1)  # A phrase that fires pages from here on; below, it is asked about.
    page_if_unanswered_at: float = Field(gt=0, lt=1)  # From here on, an ask that nobody answers becomes a page.
    certain_at: float = Field(gt=0, le=1)  # From here on `unless_certain` pages.
    name_at: float = Field(gt=0, le=1)  # From this share of the danger on, a category's own words may be said.
    figures: dict[str, float] = {}
