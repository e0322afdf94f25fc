"""What staff search the directory for, and what is wrong with a search."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from api.directory.hours.rules import Nation
from api.directory.rules import Need, Place

HERE = "/console/directory"
PER_PAGE = 20
LAST_PAGE = 100_000
WORDS_LIMIT = 100  # Characters.
_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_NUMBER = re.compile(r"\+?[\d\s]{3,}")


class Show(StrEnum):
    """Which records a search shows."""

    ANY = ""
    ACTIVE = "active"
    RETIRED = "retired"
    STAFF_ONLY = "staff"
    UNVERIFIED = "unverified"
    DUE = "due"  # To be checked again.
    EDITED = "edited"  # At the desk, so that no file writes over it.


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody typed. Every field is as it was typed, so that nothing is lost when something is wrong."""

    words: str = ""
    need: str = ""
    nation: str = ""
    district: str = ""
    status: str = ""
    page: int = 1

    @property
    def number(self) -> str:
        """The digits, if what is looked for is a telephone number."""
        return re.sub(r"\D", "", self.words) if _NUMBER.fullmatch(self.words) else ""

    @property
    def place(self) -> Place | None:
        """Where a service must work."""
        return Place(Nation(self.nation), self.district) if self.nation else None

    def address(self, page: int) -> str:
        """The address of another page of the same search."""
        asked = {name: getattr(self, name) for name in ("words", "need", "nation", "district", "status")}
        return f"{HERE}?{urlencode({name: value for name, value in asked.items() if value} | {'page': page})}"


def search(typed: Mapping[str, str]) -> Search:
    """A search as it was typed, tidied."""
    asked = {name: " ".join(typed.get(name, "").split()) for name in ("words", "need", "nation", "district", "status")}
    page = typed.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < len(str(LAST_PAGE)) else 1
    return Search(**asked | {"district": asked["district"].upper()}, page=max(number, 1))


def wrong_with(asked: Search) -> dict[str, str]:
    """What is wrong with a search, by field."""
    errors = {}
    if len(asked.words) > WORDS_LIMIT or "\x00" in asked.words:
        errors["words"] = f"Use plain words, up to {WORDS_LIMIT} characters"
    if asked.need and asked.need not in Need:
        errors["need"] = "Choose a need from the list"
    if asked.status not in Show:
        errors["status"] = "Choose from the list"
    return errors | wrong_place(asked.nation, asked.district)


def wrong_place(nation: str, district: str, authority: str = "") -> dict[str, str]:
    """What is wrong with a place, by field."""
    errors = {}
    if nation and nation not in Nation:
        errors["nation"] = "Choose a nation from the list"
    if district and not _DISTRICT.fullmatch(district):
        errors["district"] = "Enter the first half of a postcode, such as CH41"
    elif not nation and (district or authority):
        errors["nation"] = "Choose the nation that this place is in"
    return errors
