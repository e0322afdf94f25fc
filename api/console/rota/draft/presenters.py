"""Patterns in words, and what their form offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.console.presenters import count
from api.console.rota.draft.schemas import PLACES, Typed
from api.console.rota.presenters import items, people, rung
from api.console.rota.rules import HERE
from api.people.models import Person
from api.rota.models import RotaPattern
from api.rota.patterns.rules import WEEK, Days, Turns

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS: dict[str, str] = {
    Days.EVERY: "All of these days",
    Days.ORDINARY: "Not on bank holidays: another pattern has those",
    Days.BANK_HOLIDAYS: "On bank holidays only",
}
TURNS: dict[str, str] = {Turns.WEEK: "Each week", Turns.SHIFT: "Each shift"}
_ON: dict[str, str] = {Days.EVERY: "", Days.ORDINARY: ", but not on bank holidays", Days.BANK_HOLIDAYS: " if a holiday"}


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern in the list."""

    url: str
    title: str
    words: str


def row(one: RotaPattern) -> Row:
    """A pattern in words."""
    which = "Every day" if len(one.weekdays) == WEEK else ", ".join(WEEKDAYS[number] for number in one.weekdays)
    weeks = "" if one.every == 1 else f", every {one.every} weeks"
    names = ", then ".join(turn.person.name for turn in one.people)
    turns = f" ({TURNS[one.turns].lower()} the next)" if len(one.people) > 1 else ""
    last = f" to {one.last_day.day} {one.last_day:%B %Y}" if one.last_day else ""
    since = f"From {one.first_day.day} {one.first_day:%B %Y}{last}."
    title = f"{rung(one.rung)}, {one.starts:%H:%M} to {one.ends:%H:%M}"
    return Row(f"{HERE}/patterns/{one.id}", title, f"{which}{_ON[one.days]}{weeks}: {names}{turns}. {since}")


def offers(typed: Typed, staff: Sequence[Person], rungs: Sequence[str]) -> dict[str, Any]:
    """What the form of a pattern offers, with what is chosen. Places that are free stand after those that are taken."""
    places = min(PLACES, max(4, len(typed["people"]) + 2))
    chosen = [*typed["people"], *[""] * places][:places]
    nobody = ("", "Nobody")
    return {
        "rungs": items([("", "Choose"), *((code, rung(code)) for code in rungs)], [typed["rung"]]),
        "weekdays": items([(str(number), WEEKDAYS[number]) for number in range(WEEK)], typed["weekdays"]),
        "days": items(DAYS.items(), [typed["days"]]),
        "turns": items(TURNS.items(), [typed["turns"]]),
        "people": [items([nobody, *people(staff)], [one]) for one in chosen],
    }


def summary(problems: int) -> str:
    """How much stands against publishing."""
    return f"{count(problems, 'thing stands', 'things stand')} against publishing" if problems else ""
