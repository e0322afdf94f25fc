"""What a rule of retention is, which night is due, and from when on something is too old."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
LATEST = timedelta(hours=3)  # After the time in the file a night's run may still begin, and not by daylight.
LEASE = timedelta(minutes=2)  # For which a worker that runs it has it to itself, counted anew with each batch.


class Action(StrEnum):
    """What happens to data that is old enough."""

    DELETE = "delete"
    BLANK = "blank"  # Words, names and numbers go; times and states stay for figures.
    ELSEWHERE = "elsewhere"  # Another file says so.
    KEEP = "keep"


CARRIED_OUT = (Action.DELETE, Action.BLANK)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reason is from."""

    url: str
    says: str
    read: date


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind of data is kept, counted from what, what happens then, and why."""

    kind: str
    carers: bool  # Whether a carer's words, name or number may stand there.
    title: str
    tables: tuple[str, ...]
    days: int | None
    counted_from: str
    action: Action
    why: str
    sources: tuple[Source, ...]
    newest: int = 0  # So many of the newest stay, however old they are.

    def before(self, now: datetime) -> datetime:
        """Whatever is older than this is due. Raises ValueError for a rule that is not carried out by days."""
        if self.days is None:
            raise ValueError(f"{self.kind} has no days")
        return now - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Plan:
    """The file as a whole. `at`: when a night's run begins on a UK clock. `batch`: conversations in one transaction."""

    at: time
    batch: int
    status: str
    rules: tuple[Rule, ...]
    nobody: frozenset[str]

    @property
    def carried_out(self) -> tuple[Rule, ...]:
        """The rules of which the nightly run does something."""
        return tuple(rule for rule in self.rules if rule.action in CARRIED_OUT)

    def rule(self, kind: str) -> Rule:
        """The rule for a kind of data. Raises KeyError."""
        return {rule.kind: rule for rule in self.rules}[kind]


def night(at: time, now: datetime) -> date | None:
    """The day on a UK clock whose run is due now. None: none is, until the clock shows that time again."""
    local = now.astimezone(UK)
    begins = datetime.combine(local.date(), at, UK)
    if begins > local:
        begins = datetime.combine(local.date() - timedelta(days=1), at, UK)
    return begins.date() if local - begins < LATEST else None


def forgotten(plan: Plan, tables: set[str]) -> tuple[set[str], set[str]]:
    """Tables of which the file says nothing, and names in the file that are no tables."""
    named = {table for rule in plan.rules for table in rule.tables} | plan.nobody
    return tables - named, named - tables
