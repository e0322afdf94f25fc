"""Cases as lines: when, how, what about; none of their words."""

from collections.abc import Iterable
from dataclasses import dataclass

from api import clock
from api.console.directory.presenters import need
from api.console.figures.cases.rules import NOWHERE, Wanted
from api.console.figures.presenters import day, taken
from api.console.presenters import CHANNELS, category, count, urgency
from api.conversations.languages import service as languages
from api.reporting.rollups.models import CallFigure, ContactFigure

FLAGS = {
    "late": "not accepted in time",
    "cannot_wait": "did not feel safe waiting",
    "used_up": "everybody on call was tried",
    "wrong": "page called false",
}
HEADS = {
    "contacts": ("When", "Channel", "About", "Messages", "First answer after"),
    "calls": ("When", "Channel", "What was wrong", "Accepted after", "Spoken with after"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One line. `when` leads to it."""

    url: str
    when: str
    cells: tuple[str, ...]


def contacts(found: Iterable[ContactFigure]) -> list[Case]:
    """Contacts as lines."""
    return [
        Case(
            f"/console/conversations/{one.conversation_id}",
            f"{day(one.day)}, {clock.uk_time(one.began_at)}",
            (
                CHANNELS.get(one.channel, one.channel),
                ", ".join(need(code) for code in one.needs) or "-",
                count(one.turns, "message", "messages"),
                taken(one.answered_after),
            ),
        )
        for one in found
    ]


def calls(found: Iterable[CallFigure]) -> list[Case]:
    """Calls for help as lines."""
    return [
        Case(
            f"/console/escalations/{one.escalation_id}",
            f"{day(one.day)}, {clock.uk_time(one.raised_at)}",
            (
                CHANNELS.get(one.channel, one.channel),
                f"{one.priority} {urgency(one.priority).words}: {category(one.category)}",
                taken(one.accepted_after),
                taken(one.contacted_after),
            ),
        )
        for one in found
    ]


def narrowed(wanted: Wanted) -> str:
    """The filters in words."""
    words, numbers = wanted.words, wanted.numbers
    said = [FLAGS[name] for name in FLAGS if name in wanted.flags]
    said += [CHANNELS.get(words["channel"], words["channel"])] if "channel" in words else []
    said += [need(words["need"])] if "need" in words else []
    said += [category(words["category"])] if "category" in words else []
    said += [words["priority"]] if "priority" in words else []
    if "district" in words:
        said.append("area not known" if words["district"] == NOWHERE else words["district"])
    if "language" in words:
        said.append(languages.title("" if words["language"] == NOWHERE else words["language"]))
    if "hour" in numbers:
        said.append(f"from {numbers['hour']:02}:00 until {numbers['hour']:02}:59")
    if "weekday" in numbers:
        said.append("on one day of the week")
    if "returning" in numbers:
        said.append("came back" if numbers["returning"] else "new")
    return "; ".join(said) or "all"
