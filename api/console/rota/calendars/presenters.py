"""What taking a calendar over would change, and the calendars that are read again by themselves, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from api.console.presenters import count, when
from api.console.rota.presenters import rung, span
from api.console.rota.rules import HERE
from api.rota.calendars.rules import Entry
from api.rota.calendars.service import Planned
from api.rota.feeds.rules import is_alarming
from api.rota.models import RotaFeed

MOST_SHOWN = 60  # Lines of each kind.


@dataclass(frozen=True, slots=True)
class Found:
    """A calendar that was tried out: what it would change, or what is wrong with it."""

    summary: str
    faults: list[str]
    parts: list[tuple[str, list[str]]]
    more: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar that is read again. `news`: how it differs, or empty; `alarm`: that it is out of reach, or empty."""

    url: str
    title: str
    words: str
    news: str
    alarm: str


def feed(one: RotaFeed, now: datetime) -> Feed:
    """In words. Of its address they name the host alone: whoever has all of it may read the calendar."""
    host, last = urlsplit(one.url).hostname or "", when(one.read_at, now)
    alarm = f"The calendar {one.calendar} has not been read since {last}. {one.trouble}".strip()
    return Feed(
        url=f"{HERE}/calendars/{one.id}",
        title=one.calendar,
        words=f"{rung(one.rung)}, from {host}. Last read {last}."
        + (f" Since then: {one.trouble}" if one.trouble else ""),
        news=_news(one),
        alarm=alarm if is_alarming(one.read_at, now) else "",
    )


def _news(one: RotaFeed) -> str:
    if one.faults:
        wrong = count(one.faults, "thing is", "things are")
        return f"The calendar {one.calendar} cannot be taken over as it is now: {wrong} wrong with it."
    sizes = ((one.added, "added"), (one.changed, "changed"), (one.gone, "gone"))
    parts = [(number, how) for number, how in sizes if number]
    if not parts:
        return ""
    (first, how), *others = parts
    told = [f"{count(first, 'shift', 'shifts')} {how}", *(f"{number} {how}" for number, how in others)]
    return f"The calendar {one.calendar} has changed since it was taken over: {', '.join(told)}."


def found(planned: Planned, now: datetime) -> Found:
    """In words. With one fault there is nothing else to say: nothing is taken over then."""
    plan, names = planned.plan, planned.names

    def line(one: Entry) -> str:
        return f"{names.get(one.person_id, 'Somebody who has left')}: {span(one.starts_at, one.ends_at, now)}"

    faults = [f"{fault.where}: {fault.words}." for fault in planned.faults]
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
