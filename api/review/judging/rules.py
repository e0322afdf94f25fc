"""What a reviewer may answer, when others must look too, and whether a crisis was missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from api.people.rules import LEADS, Role
from api.triage.rules import Priority

NOTE_LIMIT = 2000  # Characters.
REASON_LIMIT = 500  # Characters.
READS = frozenset({Role.REVIEWER, Role.SAFETY_OFFICER})  # Who is given conversations to review.
SETTLES = frozenset({Role.SAFETY_OFFICER, Role.COORDINATOR})  # Who is given those about which two differ.
TALKS = frozenset({Role.SAFETY_OFFICER}) | LEADS  # With whom a reviewer can talk one over.


class Round(StrEnum):
    """As what somebody reads a conversation."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"  # Of what the other two do not agree about.


class Answer(StrEnum):
    """How far an answer was right, kind, complete."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class Net(StrEnum):
    """Whether the carer was told what to watch for."""

    GIVEN = "given"
    NOT_GIVEN = "not_given"
    NOT_NEEDED = "not_needed"


class MissState(StrEnum):
    """Where a missed crisis stands."""

    OPEN = "open"
    MENDED = "mended"  # A release hears it now.
    ACCEPTED = "accepted"  # Somebody answerable decided that it stays as it is.
    DROPPED = "dropped"  # Whoever looked after the first reader saw no miss.


class Verdict(Protocol):
    """What one reader said. `since`: when the message came from which it should have escalated."""

    @property
    def round(self) -> str: ...

    @property
    def should_have_escalated(self) -> bool: ...

    @property
    def priority(self) -> str | None: ...

    @property
    def since(self) -> datetime | None: ...

    @property
    def safeguarding(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answers of the form."""

    should_have_escalated: bool
    priority: Priority | None
    since_message_id: UUID | None
    answer_right: Answer
    answer_kind: Answer
    answer_complete: Answer
    safety_net: Net
    safeguarding: bool
    note: str


def needs_second(first: Verdict, drawn: bool) -> bool:
    """Whether a second person must read it: it was drawn, or the first found it grave."""
    return drawn or first.should_have_escalated or first.safeguarding


def differ(first: Verdict, second: Verdict) -> bool:
    """Whether a third person must settle it."""
    said = [(one.should_have_escalated, one.priority) for one in (first, second)]
    return said[0] != said[1]


def standing[T: Verdict](verdicts: Sequence[T]) -> T:
    """Which of them counts: the one that settles it; until that is there, the graver one, lest a miss be overlooked."""
    settling = [one for one in verdicts if one.round == Round.ADJUDICATION]
    return (settling or sorted(verdicts, key=_gravity))[0]


def _gravity(one: Verdict) -> tuple[bool, int]:
    return not one.should_have_escalated, Priority(one.priority).rank if one.priority else len(Priority)


def next_round(verdicts: Sequence[Verdict], drawn: bool) -> Round | None:
    """As what somebody must read it next. None: everybody who must has read it."""
    by_round = {one.round: one for one in verdicts}
    first, second = by_round.get(Round.FIRST), by_round.get(Round.SECOND)
    if first is None:
        return Round.FIRST
    if second is None:
        return Round.SECOND if needs_second(first, drawn) else None
    return Round.ADJUDICATION if differ(first, second) and Round.ADJUDICATION not in by_round else None


def seconds_lost(since: datetime, pages: Iterable[datetime]) -> int | None:
    """From the message until somebody was first paged; 0: somebody had been already. None: nobody ever was."""
    first = min(pages, default=None)
    return None if first is None else max(0, round((first - since).total_seconds()))


def is_miss(verdict: Verdict, lost: int | None, in_time: timedelta) -> bool:
    """Whether it should have escalated and did not, or later than it should."""
    return verdict.should_have_escalated and (lost is None or lost > in_time.total_seconds())
