"""Figures in words: numbers that may be hidden, shares with their intervals, lengths of time, periods."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.console.figures.charts.rules import Chart
from api.reporting.hiding.rules import Cell, Hidden, How, Portion
from api.reporting.rules import Period, Span

HERE = "/console/figures"
SPANS: dict[str, str] = {Span.WEEK: "Week", Span.MONTH: "Month", Span.QUARTER: "Quarter"}
NOT_SHOWN = "not shown"
NO_CASE = "no case"
NO_TIME = "-"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

type Linked = Callable[..., str]  # The address of the cases behind a figure; empty for whom they are not.


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is about, and its cells. `url`: the cases behind it, for those who may see them."""

    label: str
    cells: Sequence[str]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `head` names the label and each cell. `empty`: what is said when there is no line."""

    code: str
    title: str
    head: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    chart: Chart | None = None
    empty: str = "Nothing was counted."


@dataclass(frozen=True, slots=True)
class Fact:
    """One number that stands by itself."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the figures."""

    code: str
    title: str
    tables: Sequence[Table]
    facts: Sequence[Fact] = field(default_factory=list)


def number(one: Cell, fewest: int) -> str:
    """A number, or why it is not shown."""
    if isinstance(one, Hidden):
        return f"fewer than {fewest}" if one is Hidden.FEW else NOT_SHOWN
    return f"{one:,}"


def value(one: Cell) -> int | None:
    """A number for a chart. None: hidden."""
    return None if isinstance(one, Hidden) else one


def share(one: Portion, interval: bool = False) -> str:
    """A share in whole per cent. `interval`: with its 95% interval."""
    if one.share is None:
        return NO_CASE if one.n == 0 else NOT_SHOWN
    if one.how is How.AT_LEAST:
        return f"{math.floor(one.share * 100)}% or more"
    if one.how is How.AT_MOST:
        return f"{math.ceil(one.share * 100)}% or less"
    whole = f"{_per_cent(one.share)}%"
    if interval and one.low is not None and one.high is not None:
        return f"{whole} ({_per_cent(one.low)} to {_per_cent(one.high)})"
    return whole


def _per_cent(part: float) -> int:
    """Rounded, but 100 is said of all and 0 of none only."""
    rounded = round(part * 100)
    if rounded == 100 and part < 1:
        return 99
    return 1 if rounded == 0 and part > 0 else rounded


def taken(seconds: float | None) -> str:
    """How long something took: `4 s`, `2 min 5 s`, `1 h 20 min`, `2 d 3 h`."""
    if seconds is None:
        return NO_TIME
    whole = round(seconds)
    for unit, name, lower, small in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s")):
        if whole >= unit:
            rest = whole % unit // lower
            return f"{whole // unit} {name} {rest} {small}" if rest else f"{whole // unit} {name}"
    return f"{whole} s"


def day(one: date) -> str:
    """A day as one writes it."""
    return f"{one.day} {one:%B %Y}"


def named(period: Period) -> str:
    """A period as one speaks of it."""
    if period.span is Span.MONTH:
        return f"{period.first:%B %Y}"
    if period.span is Span.QUARTER:
        return f"{period.first:%B} to {period.last:%B %Y}"
    return f"{day(period.first)} to {day(period.last)}"
