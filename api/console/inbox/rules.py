"""What can be asked of the inbox, and the mark by which its next page is found."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from api.conversations.rules import Channel

PAGE = 25  # Conversations.
LEAST_DIGITS, WHOLE = 3, 9
_EDGE = re.compile(r"(?P<at>[0-9T:.+-]{10,40})~(?P<id>[0-9a-f-]{36})")


class Show(StrEnum):
    """Which conversations the list shows."""

    OPEN = "open"
    WAITING = "waiting"  # For a person.
    MINE = "mine"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `channel` empty: all of them. `digits`: the last of a number. `before`: where a page ends."""

    show: Show = Show.OPEN
    channel: str = ""
    danger: bool = False
    words: str = ""
    digits: str = ""
    before: tuple[datetime, UUID] | None = None

    @property
    def address(self) -> str:
        """The same question as the end of an address, without the page."""
        parts = {"show": self.show, "channel": self.channel, "danger": "1" if self.danger else ""}
        return urlencode({name: value for name, value in (parts | self.search).items() if value})

    @property
    def search(self) -> dict[str, str]:
        """What is searched for."""
        return {"words": self.words, "digits": self.digits}


def read(show: str, channel: str, danger: bool, words: str, digits: str, before: str) -> Asked:
    """What was asked for, with whatever makes no sense left out."""
    return Asked(
        show=Show(show) if show in Show else Show.OPEN,
        channel=channel if channel in Channel else "",
        danger=danger,
        words=" ".join(words.replace("\x00", " ").split())[:200],
        digits=_digits(digits),
        before=edge(before),
    )


def _digits(typed: str) -> str:
    """The figures of a number or of its end. The nought before a whole number stands for the country."""
    figures = re.sub(r"\D", "", typed)
    return (figures.lstrip("0") if len(figures) > WHOLE else figures)[-15:]


def error(asked: Asked, typed: str) -> str:
    """What is wrong with the digits that were typed; empty: nothing."""
    if typed.strip() and len(asked.digits) < LEAST_DIGITS:
        return f"Write at least the last {LEAST_DIGITS} digits"
    return ""


def edge(mark: str) -> tuple[datetime, UUID] | None:
    """Where a page ends, out of its mark. None: it is no such mark."""
    match = _EDGE.fullmatch(mark)
    if match is None:
        return None
    try:
        at = datetime.fromisoformat(match["at"])
        return (at, UUID(match["id"])) if at.tzinfo else None
    except ValueError:
        return None


def mark(at: datetime, conversation_id: UUID) -> str:
    """The mark of a page that ends here."""
    return f"{at.isoformat()}~{conversation_id}"
