"""Who is meant: the ways in which one person can be named, and the ways in which a number can be written."""

from dataclasses import dataclass
from uuid import UUID

import phonenumbers

HOME = "GB"
REASON_LIMIT = 300  # Characters.
_UK = "+44"


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one person: the conversations, and by what they wrote or rang.

    `numbers` are E.164, `threads` are web chats and calls with a withheld number. `others`: further numbers that were
    given in these conversations; whoever they belong to is not meant.
    """

    conversations: tuple[UUID, ...]
    numbers: frozenset[str]
    threads: frozenset[str]
    others: frozenset[str]

    @property
    def known_by(self) -> list[str]:
        """Everything by which they are known, in one order."""
        return sorted(self.numbers | self.threads)


def number(typed: str) -> str | None:
    """A telephone number as E.164, however it was typed. None: it is none."""
    try:
        parsed = phonenumbers.parse(typed.strip(), HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def spellings(e164: str) -> set[str]:
    """The ways in which a number may stand in a text, without blanks: +447…, 447…, 07…, 00447…"""
    bare = e164.removeprefix("+")
    found = {e164, bare, f"00{bare}"}
    if e164.startswith(_UK):
        found.add(f"0{e164.removeprefix(_UK)}")
    return found


def looks_like_number(address: str) -> bool:
    """Whether an address is a telephone number, and no web thread or call."""
    return address.startswith("+") and address[1:].isdigit()
