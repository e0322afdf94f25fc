"""A pattern as a form has it: as it stands, as it was typed, as the rules see it, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from api.console.rota.rules import day, hour
from api.rota.patterns.rules import MOST_WEEKS, WEEK, Days, Pattern, Turns

type Fields = Mapping[str, Sequence[str]]  # What a browser sends.
type Typed = dict[str, Any]

PLACES = 12  # For people in the turns of one form.
BLANK: Typed = {
    "rung": "",
    "weekdays": [str(number) for number in range(WEEK)],
    "starts": "",
    "ends": "",
    "every": "1",
    "first_day": "",
    "last_day": "",
    "days": Days.EVERY,
    "turns": Turns.WEEK,
    "people": [],
}
_ONE = ("rung", "starts", "ends", "every", "first_day", "last_day", "days", "turns")


def typed(fields: Fields) -> Typed:
    """What was typed, so that it can be shown again."""
    one = {name: (fields.get(name) or [""])[0].strip() for name in _ONE}
    people = [(fields.get(f"people_{place}") or [""])[0] for place in range(PLACES)]
    return one | {"weekdays": list(fields.get("weekdays") or []), "people": [person for person in people if person]}


def typed_of(pattern: Pattern) -> Typed:
    """A pattern in the fields of the form."""
    return {
        "rung": pattern.rung,
        "weekdays": [str(number) for number in sorted(pattern.weekdays)],
        "starts": f"{pattern.starts:%H:%M}",
        "ends": f"{pattern.ends:%H:%M}",
        "every": str(pattern.every),
        "first_day": pattern.first_day.isoformat(),
        "last_day": pattern.last_day.isoformat() if pattern.last_day else "",
        "days": pattern.days,
        "turns": pattern.turns,
        "people": [str(person) for person in pattern.people],
    }


def read(sent: Typed) -> tuple[Pattern | None, dict[str, str]]:
    """The pattern, or what is wrong with it by field."""
    errors = _wrong(sent)
    first, starts, ends = day(sent["first_day"]), hour(sent["starts"]), hour(sent["ends"])
    if errors or first is None or starts is None or ends is None:
        return None, errors
    pattern = Pattern(
        rung=sent["rung"],
        people=tuple(UUID(person) for person in sent["people"]),
        first_day=first,
        last_day=day(sent["last_day"]) if sent["last_day"] else None,
        every=int(sent["every"]),
        weekdays=frozenset(int(one) for one in sent["weekdays"]),
        starts=starts,
        ends=ends,
        days=Days(sent["days"]),
        turns=Turns(sent["turns"]),
    )
    return pattern, {}


def _wrong(sent: Typed) -> dict[str, str]:
    every = sent["every"]
    checks = {
        "rung": (bool(sent["rung"]), "Choose the rung"),
        "weekdays": (set(sent["weekdays"]) <= set(map(str, range(WEEK))) and bool(sent["weekdays"]), "Choose the days"),
        "starts": (hour(sent["starts"]) is not None, "Enter when a shift begins, such as 20:00"),
        "ends": (hour(sent["ends"]) is not None, "Enter when a shift ends, such as 08:00"),
        "every": (
            every.isascii() and every.isdigit() and len(every) < 3 and 1 <= int(every) <= MOST_WEEKS,
            f"Enter a number of weeks from 1 to {MOST_WEEKS}",
        ),
        "first_day": (day(sent["first_day"]) is not None, "Enter the first day"),
        "last_day": (
            not sent["last_day"] or day(sent["last_day"]) is not None,
            "Enter the last day, or leave it empty",
        ),
        "days": (sent["days"] in Days, "Choose which days"),
        "turns": (sent["turns"] in Turns, "Choose when it is the next person's turn"),
        "people_0": (bool(sent["people"]) and all(map(is_id, sent["people"])), "Choose who takes turns"),
    }
    return {field: words for field, (is_right, words) in checks.items() if not is_right}


def is_id(text: str) -> bool:
    """Whether this is somebody's or something's id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
