"""The form of the files in data/guides. They come from people, as requests do, and are checked as strictly."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core.core_schema import ValidationInfo

from api import gsm7
from api.guides import rules
from api.guides.rules import MOST_QUESTIONS, NATIONS, Reads

MOST_STATEMENTS = 3
QUESTION_LIMIT = 200  # Places of a text message. What the assistant adds must fit beside it: see domain.yml.
STATEMENT_LIMIT = 270
TEAM_NUMBER = "[team number]"
LONGEST_NUMBER = "+44 (0)1632 960 9999"
_PLACE = re.compile(r"\[[^\]]*\]")
_NUMBERED_NATION = re.compile(r"\b([1-4])\b\W+(?:for |if |is )?(england|scotland|wales|northern ireland)")


def _plain(words: object) -> object:
    return " ".join(words.split()) if isinstance(words, str) else words


def _speakable(words: str) -> str:
    if "http" in words:
        raise ValueError("an address cannot be said aloud")
    return words


def _fillable(words: str) -> str:
    if unknown := set(_PLACE.findall(words)) - {TEAM_NUMBER}:
        raise ValueError(f"{sorted(unknown)[0]} is no place that is filled; only {TEAM_NUMBER} is")
    return words


def _for_sms(words: str) -> str:
    if not gsm7.is_gsm7(words):
        raise ValueError(f"a text message has no room for: {' '.join(sorted(set(words) - gsm7.BASIC - gsm7.EXTENDED))}")
    return words


def _quoted(answer: object) -> object:
    """YAML makes true and false of yes and no that have no quotes."""
    if isinstance(answer, bool):
        raise ValueError('write yes and no in quotes: "yes"')
    return answer


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n\x00]+$")]
Address = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\S*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Answer = Annotated[str, BeforeValidator(_quoted), StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Written = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^A-Z\n\x00]+$")]
Text = Annotated[str, BeforeValidator(_plain), StringConstraints(min_length=1), AfterValidator(_fillable)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WordsFile(_File):
    """What is said, in the words of each channel. On the web there may be addresses and paragraphs."""

    sms: Annotated[Text, AfterValidator(_for_sms)]
    web: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_fillable)]
    voice: Annotated[Text, AfterValidator(_speakable)]

    def fits(self, limit: int) -> None:
        """Raises ValueError where the text message, with its longest number, takes more places than that."""
        places = gsm7.length(self.sms.replace(TEAM_NUMBER, LONGEST_NUMBER))
        if places > limit:
            raise ValueError(f"the text message takes {places} places; {limit} is the most: {self.sms[:40]}...")

    def words(self) -> rules.Words:
        """As rules see them."""
        return rules.Words(self.sms, self.web, self.voice)


class QuestionFile(_File):
    """One question. `options`: of each answer, what a carer may write for it, its number among it."""

    reads: Reads
    options: dict[Answer, Annotated[list[Written], Field(min_length=1)]] = {}
    words: WordsFile

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        self.words.fits(QUESTION_LIMIT)
        if self.reads is Reads.CHOICE and len(self.options) < 2:
            raise ValueError("a choice needs two options or more")
        if self.reads is Reads.YES_NO and self.options:
            raise ValueError("yes and no are read without options")
        if self.reads is Reads.NATION and (wrong := set(self.options) - set(NATIONS)):
            raise ValueError(f"{sorted(wrong)[0]} is no nation")
        written = [one for ways in self.options.values() for one in ways]
        if twice := sorted(one for one in set(written) if written.count(one) > 1):
            raise ValueError(f"{twice[0]!r} stands for two options")
        if missing := [one for one in written if one.isdigit() and not re.search(rf"\b{one}\b", self.words.sms)]:
            raise ValueError(f"the text message does not offer {missing[0]}")
        self._number_nations_as_they_are_read()
        return self

    def _number_nations_as_they_are_read(self) -> None:
        if self.reads is not Reads.NATION or self.options:
            return
        for words in (self.words.sms, self.words.web, self.words.voice):
            numbered = {name.replace(" ", "_"): number for number, name in _NUMBERED_NATION.findall(words.lower())}
            if numbered and numbered != _numbered_nations():
                raise ValueError("number nations so: 1 England, 2 Scotland, 3 Wales, 4 Northern Ireland")

    def question(self, code: str) -> rules.Question:
        """As rules see it. Nations that the words number can be answered by their number."""
        options = {answer: tuple(ways) for answer, ways in self.options.items()}
        if self.reads is Reads.NATION and not options and _NUMBERED_NATION.search(self.words.sms.lower()):
            options = {nation: (number,) for nation, number in _numbered_nations().items()}
        return rules.Question(code, self.reads, options, self.words.words())


def _numbered_nations() -> dict[str, str]:
    return {nation: str(number) for number, nation in enumerate(NATIONS, start=1)}


class ValidFile(_File):
    """The days on which an amount or a rule holds, the first and the last among them."""

    since: date = Field(alias="from")
    until: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise ValueError(f"until ({self.until}) is before from ({self.since})")
        return self


class StatementFile(_File):
    """One statement. `instead` is said when it is out of date."""

    id: Code
    when: dict[Code, Annotated[list[Answer], Field(min_length=1)]] = {}
    valid: ValidFile | None = None
    source: Address
    read: date
    services: list[Line] = []
    words: WordsFile
    instead: WordsFile | None = None

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> Self:
        if (self.valid is None) != (self.instead is None):
            raise ValueError(f"{self.id}: `valid` and `instead` belong together")
        for words in filter(None, (self.words, self.instead)):
            words.fits(STATEMENT_LIMIT)
        known = (info.context or {}).get("services")
        if known is not None and (missing := [code for code in self.services if code not in known]):
            raise ValueError(f"{self.id}: data/directory has no service {missing[0]}")
        return self

    def statement(self) -> rules.Statement:
        """As rules see it."""
        valid = rules.Period(self.valid.since, self.valid.until) if self.valid else None
        when = {name: frozenset(answers) for name, answers in self.when.items()}
        return rules.Statement(self.id, when, self.words.words(), valid, self.instead.words() if self.instead else None)


class OtherwiseFile(_File):
    """What is said when nothing fits."""

    words: WordsFile


class GuideFile(_File):
    """data/guides/<code>.yml."""

    owner: Line
    version: Annotated[int, Field(gt=0)]
    review_date: date
    status: Literal["draft for review by information staff", "approved"]
    title: Line
    begins: list[Code] = Field(min_length=1)
    already: dict[Code, dict[Code, str]] = {}  # What a need that begins it says already, so that it is not asked.
    at_most: Annotated[int, Field(ge=1, le=MOST_STATEMENTS)]
    sources: list[Line] = Field(min_length=1)
    questions: dict[Code, QuestionFile] = Field(min_length=1, max_length=MOST_QUESTIONS)
    statements: list[StatementFile] = Field(min_length=1)
    otherwise: OtherwiseFile

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        self.otherwise.words.fits(STATEMENT_LIMIT)
        if wrong := next(self._wrong(), None):
            raise ValueError(wrong)
        return self

    def _wrong(self) -> Iterator[str]:
        answers = {code: question.question(code).answers for code, question in self.questions.items()}
        ids = [statement.id for statement in self.statements]
        yield from (f"two statements are called {one}" for one in ids if ids.count(one) > 1)
        for statement in self.statements:
            for name, wanted in statement.when.items():
                if name not in answers:
                    yield f"{statement.id}: there is no question {name}"
                    continue
                unknown = [answer for answer in wanted if answer not in answers[name]]
                yield from (f"{statement.id}: {answer} is no answer to {name}" for answer in unknown)
        for need, facts in self.already.items():
            if need not in self.begins:
                yield f"already: {need} does not begin it"
            wrong = [name for name, answer in facts.items() if answer not in answers.get(name, ())]
            yield from (f"already: {need} has no such answer to {name}" for name in wrong)
        needed = {name for statement in self.statements for name in statement.when}
        yield from (f"no statement depends on {name}, so it is never asked" for name in answers if name not in needed)

    def guide(self, code: str) -> rules.Guide:
        """As rules see it."""
        return rules.Guide(
            code=code,
            title=self.title,
            begins=tuple(self.begins),
            already=self.already,
            at_most=self.at_most,
            questions=tuple(question.question(name) for name, question in self.questions.items()),
            statements=tuple(statement.statement() for statement in self.statements),
            otherwise=self.otherwise.words.words(),
            review_date=self.review_date,
        )
