"""What transcripts may be searched by, and nothing else: reading a search, writing it down, and its marks.

A mark is one thing that is known of a conversation: `need:grants`, `category:choking`, `priority:P0`, `outcome:died`
(of its escalation), `person` (one took over), `paged` (a nurse was), `asked` ("do you need a nurse now?"), and
`language:pl`. The database keeps them (see the migrations).
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.conversations.rules import Channel

UK = ZoneInfo("Europe/London")
WORDS_LIMIT, NAME_LIMIT = 200, 80  # Characters.
MOST_MESSAGES = 100_000
PERSON, PAGED, ASKED = "person", "paged", "asked"
NOT_UNDERSTOOD = ("nlu_fallback", "not_that", "out_of_scope")  # Intents; the same as in actions/turns.py.
_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Filters:
    """A search. What is empty does not narrow it. `team`: a code, and only for those of the whole installation.

    Days are days on a UK clock, on which a conversation began; the last one is included.
    """

    words: str = ""
    channel: str = ""
    need: str = ""
    category: str = ""
    priority: str = ""
    outcome: str = ""
    language: str = ""
    team: str = ""
    fewest: int | None = None  # Messages.
    most: int | None = None
    since: date | None = None
    until: date | None = None
    person: bool = False
    paged: bool = False
    asked: bool = False
    not_understood: bool = False

    @property
    def marks(self) -> list[str]:
        """What a conversation must have been marked with, all of it."""
        told = {"need": self.need, "category": self.category, "priority": self.priority, "outcome": self.outcome}
        told["language"] = self.language
        wanted = [f"{name}:{code}" for name, code in told.items() if code]
        happened = {PERSON: self.person, PAGED: self.paged, ASKED: self.asked}
        return wanted + [mark for mark, is_wanted in happened.items() if is_wanted]

    @property
    def any_of(self) -> list[str]:
        """Marks of which it must have one. Empty: this does not narrow it."""
        return [f"need:{intent}" for intent in NOT_UNDERSTOOD] if self.not_understood else []

    @property
    def from_moment(self) -> datetime | None:
        """The first moment in which it may have begun."""
        return _midnight(self.since) if self.since else None

    @property
    def to_moment(self) -> datetime | None:
        """The first moment in which it may no longer have begun."""
        return _midnight(self.until + timedelta(days=1)) if self.until else None


FIELDS = tuple(asdict(Filters()))
_CODES = ("need", "category", "priority", "outcome", "language", "team")
_HAPPENED = ("person", "paged", "asked", "not_understood")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UK)


def read(typed: Mapping[str, str]) -> Filters:
    """The search that was typed, with whatever makes no sense, or may not be searched by, left out."""
    tidy = {name: " ".join(typed.get(name, "").replace("\x00", " ").split()) for name in FIELDS}
    codes = {name: tidy[name] if _CODE.fullmatch(tidy[name]) else "" for name in _CODES}
    happened = {name: tidy[name] == "1" for name in _HAPPENED}
    return Filters(
        words=tidy["words"][:WORDS_LIMIT],
        channel=tidy["channel"] if tidy["channel"] in Channel else "",
        need=codes["need"],
        category=codes["category"],
        priority=codes["priority"],
        outcome=codes["outcome"],
        language=codes["language"],
        team=codes["team"],
        fewest=_number(tidy["fewest"]),
        most=_number(tidy["most"]),
        since=_day(tidy["since"]),
        until=_day(tidy["until"]),
        person=happened["person"],
        paged=happened["paged"],
        asked=happened["asked"],
        not_understood=happened["not_understood"],
    )


def errors(typed: Mapping[str, str], hides: bool) -> dict[str, str]:
    """What is wrong with a search, by field. `hides`: who is in a transcript would be hidden in the words typed."""
    asked, found = read(typed), {}
    for name in ("since", "until"):
        if typed.get(name, "").strip() and getattr(asked, name) is None:
            found[name] = "Enter a day such as 2026-11-26"
    for name in ("fewest", "most"):
        if typed.get(name, "").strip() and getattr(asked, name) is None:
            found[name] = "Enter a whole number"
    if asked.since and asked.until and asked.until < asked.since:
        found["until"] = "The last day must not be before the first"
    if asked.fewest is not None and asked.most is not None and asked.most < asked.fewest:
        found["most"] = "The most must not be fewer than the fewest"
    if hides:
        found["words"] = "Names, numbers and places are hidden here and cannot be searched for. Leave them out"
    return found


def typed(filters: Filters) -> dict[str, str]:
    """A search as it would be typed, without what is empty: for an address, and to keep it. `read` reads it again."""
    written = {name: "1" if value is True else str(value or "") for name, value in asdict(filters).items()}
    return {name: value for name, value in written.items() if value}


def name_of(wanted: str) -> str:
    """The name under which a search is kept, tidied. Empty: it has none."""
    return " ".join(wanted.replace("\x00", " ").split())[:NAME_LIMIT]


def _number(written: str) -> int | None:
    if not (written.isascii() and written.isdigit()) or len(written) > len(str(MOST_MESSAGES)):
        return None
    return int(written)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
