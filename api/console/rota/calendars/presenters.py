"""What taking a calendar over would change, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.console.presenters import count
from api.console.rota.presenters import span
from api.rota.calendars.rules import Entry
from api.rota.calendars.service import Planned

MOST_SHOWN = 60  # Lines of each kind.


@dataclass(frozen=True, slots=True)
class Found:
    """A calendar that was tried out: what it would change, or what is wrong with it."""

    summary: str
    faults: list[str]
    parts: list[tuple[str, list[str]]]
    more: str


def found(planned: Planned, now: datetime) -> Found:
    """In words. With one fault there is nothing else to say: nothing is taken over then."""
    plan, names = planned.plan, planned.names

    def line(one: Entry) -> str:
        return f"{names.get(one.person_id, 'Somebody who has left')}: {span(one.starts_at, one.ends_at, now)}"

    faults = [f"Line {fault.line}: {fault.words}." for fault in planned.faults]
    changed = [f"{line(before)} becomes {line(after)}" for before, after in plan.changed]
    parts = [
        ("New", [line(one) for one in plan.added]),
        ("Changed", changed),
        ("Gone", [line(one) for one in plan.gone]),
    ]
    summary = (
        f"{count(len(plan.added), 'shift is', 'shifts are')} new, {len(plan.changed)} changed, {len(plan.gone)} gone"
    )
    return Found(
        summary=f"{summary}, {plan.same} as before.",
        faults=_some(faults),
        parts=[] if faults else [(title, _some(lines)) for title, lines in parts if lines],
        more="Put these right in the calendar and try again. Nothing was taken over." if faults else "",
    )


def _some(lines: Sequence[str]) -> list[str]:
    left = len(lines) - MOST_SHOWN
    return [*lines[:MOST_SHOWN], *([f"and {left} more"] if left > 0 else [])]
