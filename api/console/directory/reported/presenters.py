"""Reports of faults in words: what is wrong, who found it, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from api.console.directory.presenters import moment
from api.console.directory.rules import HERE
from api.directory.models import Service
from api.directory.reports.models import Report
from api.directory.reports.rules import Fault, Outcome

FAULTS: dict[str, str] = {
    Fault.WRONG: "Something about a service is wrong",
    Fault.CLOSED: "A service is no longer there",
    Fault.MISSING: "A service is missing",
}
OUTCOMES: dict[str, str] = {
    Outcome.ADDED: "The record was added",
    Outcome.EDITED: "The record was changed",
    Outcome.CHECKED: "The record was checked with the service",
    Outcome.RETIRED: "The record was retired",
    Outcome.BROUGHT_BACK: "The record was brought back",
    Outcome.NO_FAULT: "No fault",
    Outcome.WITHDRAWN: "It was taken back",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One report. `record`: name and address of the record that it is about; empty: there is none."""

    url: str
    title: str
    record: tuple[str, str] | None
    words: str
    who: str
    became: str


def rows(found: Sequence[Report]) -> list[Row]:
    """Reports in words."""
    return [row(one) for one in found]


def row(one: Report) -> Row:
    """One report in words."""
    return Row(
        url=f"{HERE}/reports/{one.id}",
        title=FAULTS[one.fault],
        record=record(one.service),
        words=one.words,
        who=f"Reported by {one.reported_by.name}, {moment(one.reported_at)}.",
        became=became(one),
    )


def record(one: Service | None) -> tuple[str, str] | None:
    """Name and address of a record."""
    return (one.name, f"{HERE}/services/{one.code}") if one else None


def became(one: Report) -> str:
    """What became of a report, in a sentence."""
    if one.outcome is None or one.finished_by is None or one.finished_at is None:
        return "It waits at the directory’s desk."
    return f"{OUTCOMES[one.outcome]}, by {one.finished_by.name}, {moment(one.finished_at)}: {one.reason}"


def choices(found: Sequence[Report], chosen: Collection[str]) -> list[dict[str, Any]]:
    """Reports as the form of a change offers them."""
    return [
        {
            "value": str(one.id),
            "text": f"{FAULTS[one.fault]}: {one.words}",
            "hint": {"text": row(one).who},
            "checked": str(one.id) in chosen,
        }
        for one in found
    ]
