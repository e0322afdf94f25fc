"""When a team's office is open, and the first words of a call in and out of its hours."""

from dataclasses import dataclass
from datetime import datetime

from api.directory.hours.rules import Hours, Nation, Standing, standing

KEYS = "2345678"  # The others mean something at any time: 0 and 1 the nurse, 9 the menu, star and hash.
MOST_FIRST_WORDS = 12  # Four seconds at an unhurried pace.
_MUST_SAY = ("9 9 9", "Press 0")


@dataclass(frozen=True, slots=True)
class Office:
    """Where a key leads while the office is open. `number`: E.164."""

    key: str
    number: str
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class ByDay:
    """What differs by the hour on a team's line. Words that are empty are those of every line; no office: no key."""

    hours: Hours
    nation: Nation
    office: Office | None = None
    first_in_hours: str = ""
    first_out_of_hours: str = ""

    def is_open(self, now: datetime) -> bool:
        """Whether these are the office's hours, by UK clocks and the bank holidays of its nation."""
        return standing(self.hours, now, frozenset({self.nation})) is Standing.OPEN

    def first(self, now: datetime) -> str:
        """The team's own first words at this hour. Empty: it has none."""
        return self.first_in_hours if self.is_open(now) else self.first_out_of_hours


def check_first(words: str) -> str:
    """The words as they are, or ValueError: whoever is in danger must hear the two ways to help in four seconds."""
    if len(words.split()) > MOST_FIRST_WORDS:
        raise ValueError(f"the first words are {MOST_FIRST_WORDS} at most: {words}")
    if missing := [one for one in _MUST_SAY if one.lower() not in words.lower()]:
        raise ValueError(f"the first words must say {' and '.join(missing)}: {words}")
    return words
