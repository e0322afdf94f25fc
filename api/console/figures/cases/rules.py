"""Which cases were asked for. A figure's own link names its filters; what cannot be read is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

NOWHERE = "none"  # Carers who have not said where they are, or whose language is English or not known.
_WORDS = ("channel", "need", "district", "language", "priority", "category")
_NUMBERS = {"hour": 24, "weekday": 7, "returning": 2}
_FLAGS = ("late", "cannot_wait", "used_up", "wrong")
_LONGEST = 60  # Characters.


class CaseKind(StrEnum):
    """What is listed."""

    CONTACTS = "contacts"
    CALLS = "calls"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters: words by name, numbers by name, and what must be so."""

    kind: CaseKind
    words: Mapping[str, str]
    numbers: Mapping[str, int]
    flags: frozenset[str]

    @property
    def on_record(self) -> dict[str, str]:
        """The same for the audit log."""
        found = {**self.words, **{name: str(number) for name, number in self.numbers.items()}}
        return {"kind": str(self.kind), **found, **dict.fromkeys(sorted(self.flags), "yes")}


def wanted(given: Mapping[str, str]) -> Wanted:
    """What was asked for."""
    kind = CaseKind.CALLS if given.get("kind") == CaseKind.CALLS else CaseKind.CONTACTS
    words = {name: given[name] for name in _WORDS if _is_code(given.get(name, ""))}
    numbers = {name: int(given[name]) for name, end in _NUMBERS.items() if _is_below(given.get(name, ""), end)}
    return Wanted(kind, words, numbers, frozenset(name for name in _FLAGS if given.get(name) == "1"))


def _is_code(typed: str) -> bool:
    return 0 < len(typed) <= _LONGEST and typed.isascii() and typed.replace("_", "").isalnum()


def _is_below(typed: str, end: int) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= len(str(end)) and int(typed) < end
