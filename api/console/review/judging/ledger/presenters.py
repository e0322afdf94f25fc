"""Figures and misses in words, and the trend as a chart with its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from api.console.presenters import Urgency, length, urgency, when
from api.console.review.judging.presenters import transcript_url
from api.masking import service as masking
from api.review.judging.agreement.rules import Kappa, Sensitivity
from api.review.judging.ledger.rules import Week
from api.review.judging.ledger.service import Figures, Listed
from api.review.judging.rules import MissState

STATES = {
    MissState.OPEN: "Open: nothing hears it yet",
    MissState.MENDED: "Mended by a release",
    MissState.ACCEPTED: "Stays as it is, by decision",
}
QUESTIONS = {
    "should_have_escalated": "Should a person have been called?",
    "priority": "How urgent?",
    "answer_right": "Answers right?",
    "answer_kind": "Answers kind?",
    "answer_complete": "Answers complete?",
    "safety_net": "Told what to watch for?",
    "safeguarding": "Safeguarding concern?",
}
NOT_YET = "Not known yet"
_FEW = " Few: read this with care."
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 260, 56, 12, 40  # The chart's own units.
_SIDE = 36  # From the edge of the chart to its first and last week.


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its interval and what it is out of."""

    title: str
    value: str
    interval: str
    out_of: str


@dataclass(frozen=True, slots=True)
class Miss:
    """One row of the ledger. `is_open`: nothing has mended it, and nobody has decided that it stays."""

    id: UUID
    found: str
    by: str
    words: str
    lost: str
    state: str
    is_open: bool
    reason: str
    url: str
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week of the table."""

    week: str
    decided: int
    read: int
    found: int
    missed: int
    value: str
    interval: str


@dataclass(frozen=True, slots=True)
class Point:
    """One week of the chart. `y`, `low`, `high` are empty where nothing is known."""

    x: float
    label: str
    y: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class KappaRow:
    """Agreement on one question."""

    question: str
    value: str
    interval: str
    agreed: str


def percent(part: float | None) -> str:
    """A share as a whole number of hundredths."""
    return NOT_YET if part is None else f"{100 * part:.0f}%"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{percent(low)} to {percent(high)}"


def figures(found: Figures, few: int) -> list[Figure]:
    """The figures at the top."""
    return [
        _sensitivity(found.found, few),
        _share("Urgent calls for help that readers found right", found.right_calls, few, "read"),
        _share("Pages that whoever was paged found right", found.told, few, "about which somebody said"),
    ]


def _sensitivity(found: Sensitivity, few: int) -> Figure:
    n, title = found.found + found.missed, "Crises that were found in time"
    if not n:
        return Figure(title, percent(None), "", "No crisis among what was read.")
    out_of = f"{found.found} found in time, {found.missed} missed, among what was read."
    if found.value is not None:
        out_of += f" For all conversations that is about {found.all_found:.0f} and {found.all_missed:.0f}."
    else:
        out_of += " Some of what must all be read has still to be, so no share can be said."
    return Figure(title, percent(found.value), _interval(found.low, found.high), out_of + _FEW * (n < few))


def _share(title: str, found: Mapping[str, Any], few: int, of_what: str) -> Figure:
    if not found["n"]:
        return Figure(title, percent(None), "", f"None {of_what} yet.")
    out_of = f"{found['hits']} of {found['n']} {of_what}.{_FEW * (found['n'] < few)}"
    return Figure(title, percent(found["share"]), _interval(found["from"], found["to"]), out_of)


def misses(found: Sequence[Listed], names: Mapping[UUID, frozenset[str]], now: datetime) -> list[Miss]:
    """The ledger, the newest first. `names`: those that are plain anywhere in a conversation."""
    return [
        Miss(
            id=one.miss.id,
            found=when(one.miss.found_at, now),
            by=one.miss.found_by.name,
            words=masking.masked(one.words, names[one.miss.conversation_id]),
            lost=lost(one.miss.seconds_lost),
            state=STATES[MissState(one.miss.state)],
            is_open=one.miss.state == MissState.OPEN,
            reason=one.miss.reason or "",
            url=transcript_url(one.miss.conversation_id),
            urgency=urgency(one.miss.priority),
        )
        for one in found
    ]


def lost(seconds: int | None) -> str:
    """How long it took until a nurse was paged."""
    return "No nurse was ever paged" if seconds is None else f"{length(timedelta(seconds=seconds))} until a page"


def week_rows(weeks: Sequence[Week], few: int) -> list[WeekRow]:
    """The trend as a table."""
    return [_week_row(week, few) for week in weeks]


def _week_row(week: Week, few: int) -> WeekRow:
    is_few = week.found.value is not None and week.found.found + week.found.missed < few
    return WeekRow(
        week=_day(week.monday),
        decided=week.decided,
        read=week.read,
        found=week.found.found,
        missed=week.found.missed,
        value=percent(week.found.value) + " (few)" * is_few,
        interval=_interval(week.found.low, week.found.high),
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def chart(weeks: Sequence[Week]) -> list[Point]:
    """The trend as places on a chart: the share, and its interval as a line."""
    step = (WIDTH - LEFT - 2 * _SIDE) / max(1, len(weeks) - 1)
    return [_point(week, LEFT + _SIDE + step * place) for place, week in enumerate(weeks)]


def _point(week: Week, x: float) -> Point:
    found = week.found
    return Point(round(x, 1), _day(week.monday), _y(found.value), _y(found.low), _y(found.high))


def _y(part: float | None) -> float | None:
    return None if part is None else round(TOP + (1 - part) * (HEIGHT - TOP - BOTTOM), 1)


def frame() -> dict[str, Any]:
    """The chart's size and its lines, of which each has its words."""
    lines = [(percent(part), _y(part)) for part in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return {"width": WIDTH, "height": HEIGHT, "left": LEFT, "lines": lines}


def kappas(found: Mapping[str, Kappa], few: int) -> list[KappaRow]:
    """How far two readers agree."""
    return [_kappa(QUESTIONS[name], one, few) for name, one in found.items()]


def _kappa(question: str, found: Kappa, few: int) -> KappaRow:
    agreed = f"{found.agreed} of {found.n}{' (few)' * (found.n < few)}" if found.n else "Nobody yet"
    if found.value is None:
        return KappaRow(question, NOT_YET if not found.n else "Not defined: everybody gave one answer", "", agreed)
    return KappaRow(question, f"{found.value:.2f}", f"{found.low:.2f} to {found.high:.2f}", agreed)
