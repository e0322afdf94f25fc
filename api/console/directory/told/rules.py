"""Which of the answers to carers' needs somebody wants to see, and what is wrong with that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from api.console.directory.rules import HERE, search
from api.directory.hours.rules import Nation
from api.directory.rules import Need

TOLD = f"{HERE}/told"
PER_PAGE = 50
_FIELDS = ("need", "nation", "found")


class Found(StrEnum):
    """Whether anything was there that meets the need."""

    ANY = ""
    SOMETHING = "something"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose, as it was typed."""

    need: str = ""
    nation: str = ""
    found: str = ""
    page: int = 1

    def address(self, page: int) -> str:
        """The address of another page of the same list."""
        chosen = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        return f"{TOLD}?{urlencode(chosen | {'page': page})}"


def wanted(typed: Mapping[str, str]) -> Wanted:
    """What was chosen, tidied."""
    asked = search(typed)
    return Wanted(asked.need, asked.nation, typed.get("found", "").strip(), asked.page)


def wrong_with(asked: Wanted) -> dict[str, str]:
    """What is wrong with it, by field."""
    lists = {"need": (Need, "Choose a need from the list"), "nation": (Nation, "Choose a nation from the list")}
    lists |= {"found": (Found, "Choose from the list")}
    chosen = {name: getattr(asked, name) for name in lists}
    return {name: words for name, (known, words) in lists.items() if chosen[name] and chosen[name] not in known}
