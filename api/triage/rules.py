"""What in a message is danger: the screen. It is pure, reads only what it is given, and takes a bounded time.

A phrase that matches makes a finding unless a look-alike covers the very words that matched, or the clause they stand
in says that it is not so, long over, asked in general or only a story. Nothing else in the message can cancel it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from api.triage.language import Passage, Spelling, normalise
from api.triage.yes_or_no import YesAndNo

type Span = tuple[int, int]  # Two positions in a passage's text.

LONGEST_MESSAGE, _KEPT_FROM_THE_START = 10_000, 7_000  # Characters.


class Priority(StrEnum):
    """How soon a person is needed, P0 first. P1S is suicide, harm and safeguarding: the same human response for all."""

    P0 = "P0"
    P1S = "P1S"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return _ORDER.index(self)


_ORDER = tuple(Priority)


def more_urgent(a: Priority, b: Priority) -> Priority:
    """The more urgent of the two."""
    return min(a, b, key=lambda priority: priority.rank)


@dataclass(frozen=True, slots=True)
class Target:
    """Within what time of the first page a person has accepted, and has spoken to the carer. `title` is for staff."""

    accept_within: timedelta
    contact_within: timedelta
    title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A compiled phrase of a category or a look-alike. A passage needs a word of each set in `needs`."""

    say: str
    regex: re.Pattern[str]
    needs: tuple[frozenset[str], ...]
    hit: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()
    category: str = ""
    priority: Priority | None = None  # None: the category's.
    about: str = ""  # "": the category's.
    variant: str = ""  # Which of the category's instructions suits; "": the usual one.
    stands: frozenset[str] = frozenset()  # The contexts that do not cancel this phrase.
    believed: bool = False  # Whether it pages although the learned screen doubts it;
    asked: bool = False  # whether it is asked about although that finds it unlikely.


class Place(StrEnum):
    """Where a look-alike must stand to explain a match away."""

    OVER = "over"  # It shares words with the match: "choking back tears".
    JUST_BEFORE = "just_before"  # It touches the match: "no sign of bleeding".
    CLAUSE = "same_clause"
    SENTENCE = "same_sentence"


@dataclass(frozen=True, slots=True, eq=False)
class LookAlike:
    """Words that make a match no flag. `name` is set for those that hold for all categories, such as "past"."""

    place: Place
    says: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()
    name: str = ""
    example: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    """One kind of danger, as its file in data/triage states it. `instruction` is keyed by channel: sms, web, voice."""

    code: str
    title: str
    group: str
    priority: Priority
    about: str
    instruction: Mapping[str, str]
    tell_nurse: tuple[str, ...]
    version: str
    status: str
    owner: str
    review_date: date
    sources: tuple[str, ...]
    asks_first: bool = False  # The learned screen alone never pages for this.
    unless_certain: bool = False  # But where it could hardly be surer it does.
    silent: bool = False  # Nothing that we send may say that a nurse has been told.
    guessable: bool = True  # Whether its instruction may be given on the learned screen's word alone.
    question: str = ""  # The reply with which it is asked about; "": the usual one.
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    phrases: tuple[Phrase, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Protocol:
    """Everything the screen goes by. `index` leads from a word to the phrases that cannot match without it."""

    categories: Mapping[str, Category]
    targets: Mapping[Priority, Target]
    version: str
    spelling: Spelling
    contexts: tuple[LookAlike, ...]
    ask_wait: timedelta  # After so long without an answer to a strong ask, a nurse is paged.
    clause_starts: tuple[Phrase, ...]
    minimising: tuple[Phrase, ...]
    yes_and_no: YesAndNo
    index: Mapping[str, tuple[Phrase, ...]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One category found. `phrase` is the rule that fired, `matched` the carer's own words, as they were sent."""

    category: str
    title: str
    group: str
    priority: Priority
    about: str
    phrase: str
    matched: str
    variant: str = ""
    source: str = "screen"
    share: float = 1.0  # Of the danger that the learned screen hears: how much of it sounds like this category.
    believed: bool = False  # The learned screen's doubts do not count against this phrase,
    asked: bool = False  # or leave at least a question.


@dataclass(frozen=True)
class Screening:
    """What the screen found, most urgent first. `truncated`: the message was too long and its middle was not read."""

    findings: tuple[Finding, ...]
    truncated: bool


def screen(text: str, protocol: Protocol) -> Screening:
    """Every category of danger in the message, each with its best phrase. Of a very long message: its two ends."""
    truncated = len(text) > LONGEST_MESSAGE
    if truncated:
        text = text[:_KEPT_FROM_THE_START] + "\n" + text[_KEPT_FROM_THE_START - LONGEST_MESSAGE + 1 :]
    best: dict[str, Finding] = {}
    for passage in normalise(text, protocol.spelling):
        for finding in list(_findings(text, passage, protocol, best)):
            held = best.get(finding.category)
            if held is None or _weight(finding) < _weight(held):
                best[finding.category] = finding
    return Screening(tuple(sorted(best.values(), key=lambda finding: finding.priority.rank)), truncated)


def _weight(finding: Finding) -> tuple[tuple[int, bool, bool], int]:
    return _strength(finding.priority, finding), -len(finding.matched)


def _strength(priority: Priority, one: Phrase | Finding) -> tuple[int, bool, bool]:
    """The less, the more is done: its priority first, then whether doubts count against it."""
    return priority.rank, not one.believed, not one.asked


def _findings(text: str, passage: Passage, protocol: Protocol, held: Mapping[str, Finding]) -> Iterator[Finding]:
    """What the passage holds, leaving out what would be no more urgent than what an earlier passage held."""
    reading = Reading(passage, protocol)
    for phrase in reading.candidates():
        category = protocol.categories[phrase.category]
        priority = phrase.priority or category.priority
        before = held.get(phrase.category)
        if before is not None and _strength(priority, phrase) >= _strength(before.priority, before):
            continue
        if (span := reading.unexplained(phrase)) is not None:
            yield _finding(text, passage, span, phrase, category)


def _finding(text: str, passage: Passage, span: Span, phrase: Phrase, category: Category) -> Finding:
    first, last = passage.word_at(span[0]), passage.word_at(span[1]) - 1
    return Finding(
        category=category.code,
        title=category.title,
        group=category.group,
        priority=phrase.priority or category.priority,
        about=phrase.about or category.about,
        phrase=phrase.say,
        matched=text[passage.words[first].start : passage.words[last].end],
        variant=phrase.variant,
        believed=phrase.believed,
        asked=phrase.asked,
    )


class Reading:
    """One passage, read against a protocol. What it works out for one phrase it keeps for the next."""

    def __init__(self, passage: Passage, protocol: Protocol) -> None:
        self._passage = passage
        self._protocol = protocol
        self._words = {word.text for word in passage.words}
        self._spans: dict[Phrase, list[Span]] = {}
        self._clauses: list[Span] = []

    def candidates(self) -> list[Phrase]:
        """The phrases of all categories that could match, by the words they need."""
        found: dict[Phrase, None] = {}
        for word in self._words:
            for phrase in self._protocol.index.get(word, ()):
                if self._may_match(phrase):
                    found[phrase] = None
        return list(found)

    def unexplained(self, phrase: Phrase) -> Span | None:
        """Where the phrase first stands for what it says, as a span of the passage's text."""
        text = self._passage.text
        position = 0
        while match := phrase.regex.search(text, position):
            if self._owned(match.start()) and not self._explained(phrase, match.span()):
                return match.span()
            position = text.index(" ", match.start() + 1)
        return None

    def _may_match(self, phrase: Phrase) -> bool:
        return not any(need.isdisjoint(self._words) for need in phrase.needs)

    def _owned(self, position: int) -> bool:
        first, end = self._passage.owned
        return first <= self._passage.word_at(position) < end

    def _explained(self, phrase: Phrase, span: Span) -> bool:
        contexts = [context for context in self._protocol.contexts if context.name not in phrase.stands]
        look_alikes = self._protocol.categories[phrase.category].look_alikes
        return any(self._explains(look_alike, span) for look_alike in (*look_alikes, *contexts))

    def _explains(self, look_alike: LookAlike, span: Span) -> bool:
        said = [other for say in look_alike.says for other in self._find(say) if not self._crosses_a_stop(other)]
        if not said:
            return False
        if look_alike.place is Place.OVER:
            return any(_overlap(span, other) for other in said)
        reach = self._sentence(span) if look_alike.place is Place.SENTENCE else self._clause(span)
        if look_alike.place is Place.JUST_BEFORE:
            return any(reach[0] <= other[0] < span[0] <= other[1] for other in said)
        if any(_overlap(reach, other) for say in look_alike.unless for other in self._find(say)):
            return False
        return any(_overlap(reach, other) or self._is_next_to(reach, other) for other in said)

    def _crosses_a_stop(self, span: Span) -> bool:
        said = self._passage.text[span[0] : span[1]]
        return ". " in said or "; " in said

    def _is_next_to(self, clause: Span, said: Span) -> bool:
        """Whether `said` is a whole clause of its own beside this one ("In 2019, he had a stroke"), but no sentence."""
        if said not in self._all_clauses():
            return False
        edge = said[1] if said[1] == clause[0] else clause[1]
        return edge in (clause[0], said[0]) and self._passage.text[edge - 1] == ";"

    def _find(self, phrase: Phrase) -> list[Span]:
        if phrase not in self._spans:
            matches = phrase.regex.finditer(self._passage.text) if self._may_match(phrase) else ()
            self._spans[phrase] = [match.span() for match in matches]
        return self._spans[phrase]

    def _sentence(self, span: Span) -> Span:
        text = self._passage.text
        return max(text.rfind(". ", 0, span[0] + 1) + 1, 0), (text.find(". ", span[1] - 1) + 1) or len(text)

    def _clause(self, span: Span) -> Span:
        clauses = [clause for clause in self._all_clauses() if _overlap(clause, span)]
        return clauses[0][0], clauses[-1][1]

    def _all_clauses(self) -> list[Span]:
        if not self._clauses:
            starts = {match.start() for match in re.finditer(r"(?<=[;.]) ", self._passage.text)}
            starts.update(start for phrase in self._protocol.clause_starts for start, _ in self._find(phrase))
            self._clauses = list(pairwise(sorted(starts)))
        return self._clauses


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
