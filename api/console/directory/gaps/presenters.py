"""Gaps in words, and as rows of a table that can be taken away."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.console.directory.presenters import nation, need
from api.directory.rules import Place
from api.directory.signposts.rules import Asked, Missing, figure

ASKED = ("Month", "Need", "Nation", "Council", "District", "Times nothing was found")
MISSING = ("Nation", "Council", "District", "Need without a verified service")


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A need that found nothing in one place in one month."""

    month: str
    need: str
    place: str
    times: str


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A place and the needs that no verified service meets there."""

    place: str
    needs: list[str]


def place(one: Place) -> str:
    """A place in words, the nearest first."""
    parts = [one.district, one.authority, nation(one.nation) if one.nation else ""]
    return ", ".join(part for part in parts if part) or "Not known"


def asked(found: Iterable[Asked]) -> list[AskedRow]:
    """What was asked for in vain, in words."""
    return [
        AskedRow(_month(one.month), need(one.need), place(one.place), figure(one.times, one.place)) for one in found
    ]


def _month(code: str) -> str:
    return f"{datetime.strptime(code, '%Y-%m'):%B %Y}"  # noqa: DTZ007  (A month has no zone.)


def missing(found: Iterable[Missing]) -> list[MissingRow]:
    """What is missing, in words."""
    return [MissingRow(place(one.place), [need(code) for code in one.needs]) for one in found]


def asked_table(found: Iterable[Asked]) -> str:
    """What was asked for in vain, as CSV. Small figures of local areas are words here, too."""
    return _table(ASKED, ([one.month, one.need, *_cells(one.place), figure(one.times, one.place)] for one in found))


def missing_table(found: Iterable[Missing]) -> str:
    """What is missing, as CSV: one row for each place and need."""
    return _table(MISSING, ([*_cells(one.place), code] for one in found for code in one.needs))


def _cells(one: Place) -> list[str]:
    return [one.nation or "", one.authority, one.district]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
