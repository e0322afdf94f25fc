"""Which question a guide puts next, and which few statements it gives in the end.

A question is put only while a statement that can still fit names it. What is past its date is not said: its `instead`
is, which holds no amount and no rule that may have changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

MOST_QUESTIONS = 6
UNSURE = "unsure"  # An answer to every question: the carer does not know, or would rather not say.
YES, NO = "yes", "no"
NATIONS = ("england", "scotland", "wales", "northern_ireland")
OTHERWISE = "otherwise"
SOON = timedelta(days=30)


class Reads(StrEnum):
    """How the answer to a question is read."""

    NATION = "nation"
    YES_NO = "yes_no"
    CHOICE = "choice"


class Fault(StrEnum):
    """Why information staff must look at something, in the order in which it is listed."""

    PAST = "past"
    SOON = "soon"
    EARLY = "not yet"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Words:
    """The same words for each way of reaching a carer."""

    sms: str
    web: str
    voice: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options`: of each answer that can be chosen, what a carer may write for it, in lower case."""

    code: str
    reads: Reads
    options: Mapping[str, tuple[str, ...]]
    words: Words

    @property
    def answers(self) -> frozenset[str]:
        """Every answer that there is to it."""
        known = {Reads.NATION: NATIONS, Reads.YES_NO: (YES, NO), Reads.CHOICE: tuple(self.options)}
        return frozenset({*known[self.reads], UNSURE})


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which something holds, the first and the last among them."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Statement:
    """Something worth saying to whoever it fits. `valid` empty: it does not age."""

    id: str
    when: Mapping[str, frozenset[str]]
    words: Words
    valid: Period | None = None
    instead: Words | None = None

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether all that it asks for is known and right."""
        return all(facts.get(name) in answers for name, answers in self.when.items())

    def may_fit(self, facts: Mapping[str, str]) -> bool:
        """Whether nothing that is known speaks against it."""
        return all(facts[name] in answers for name, answers in self.when.items() if name in facts)

    def on(self, today: date) -> "Said":
        """What is said of it on this day."""
        if self.valid is None or self.instead is None or self.valid.first <= today <= self.valid.last:
            return Said(self.id, self.words)
        return Said(self.id, self.instead, out_of_date=True)


@dataclass(frozen=True, slots=True)
class Guide:
    """A short conversation: questions and statements in their order.

    `begins`: the needs with which it begins; `already`: what some of them say already.
    """

    code: str
    title: str
    begins: tuple[str, ...]
    at_most: int
    questions: tuple[Question, ...]
    statements: tuple[Statement, ...]
    otherwise: Words
    review_date: date
    already: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it is said. `out_of_date`: it is its `instead`."""

    id: str
    words: Words
    out_of_date: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The guide goes on with this question."""

    question: Question


@dataclass(frozen=True, slots=True)
class End:
    """The guide ends with these, the most worth first."""

    statements: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `about` is a guide, or a guide and one of its statements."""

    fault: Fault
    about: str
    words: str


def next_step(guide: Guide, facts: Mapping[str, str], today: date, finish: bool = False) -> Ask | End:
    """The next question, or the end. `finish`: the carer wants no more questions, so what is known must do."""
    open_facts = set() if finish else _open_facts(guide, facts)
    for question in guide.questions:
        if question.code in open_facts:
            return Ask(question)
    fitting = [statement.on(today) for statement in guide.statements if statement.fits(facts)]
    return End(tuple(fitting[: guide.at_most]) or (Said(OTHERWISE, guide.otherwise),))


def _open_facts(guide: Guide, facts: Mapping[str, str]) -> set[str]:
    """What is not known and decides what is said. Once enough fits, what comes after it no longer matters."""
    wanted: set[str] = set()
    sure = 0
    for statement in guide.statements:
        if statement.fits(facts):
            sure += 1
        elif statement.may_fit(facts):
            wanted |= statement.when.keys() - facts.keys()
        if sure == guide.at_most:
            break
    return wanted


def unknown(guide: Guide, facts: Mapping[str, str]) -> list[str]:
    """The facts for which the guide has no such question or no such answer."""
    answers = {question.code: question.answers for question in guide.questions}
    return [name for name, answer in facts.items() if answer not in answers.get(name, ())]


def findings(guides: Iterable[Guide], today: date) -> list[Finding]:
    """What information staff must look at, the most pressing kind first."""
    found = [finding for guide in guides for finding in _of_one(guide, today)]
    return sorted(found, key=lambda finding: (tuple(Fault).index(finding.fault), finding.about))


def _of_one(guide: Guide, today: date) -> Iterator[Finding]:
    if guide.review_date <= today + SOON:
        yield Finding(Fault.REVIEW, guide.code, f"the review is due on {guide.review_date}")
    for statement in guide.statements:
        valid, about = statement.valid, f"{guide.code}:{statement.id}"
        if valid is None:
            continue
        if valid.last < today:
            yield Finding(Fault.PAST, about, f"not said since {valid.last}: carers get its `instead`")
        elif valid.last <= today + SOON:
            yield Finding(Fault.SOON, about, f"holds until {valid.last}")
        elif today < valid.first:
            yield Finding(Fault.EARLY, about, f"holds from {valid.first}")
