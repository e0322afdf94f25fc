"""One's own account in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import segno

from api.console.presenters import when
from api.people.models import StaffSession
from api.people.second_factor import rules

WRONG_FIRST_CODE = "That code is not right. Check the clock of your phone, wait for the next code and type that"
NOTICES = {
    "ended": "That browser is signed out.",
    "all": "You are signed out everywhere else.",
    "password": "Your password is changed. You are signed out everywhere else.",
}
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_MACHINES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android device"),
    ("Windows", "a Windows computer"),
    ("Mac OS", "a Mac"),
    ("Linux", "a Linux computer"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One browser on which somebody is signed in."""

    id: str
    words: str
    since: str
    used: str
    here: bool


def places(rows: Iterable[StaffSession], here: UUID | None, now: datetime) -> list[Place]:
    """Where they are signed in. `here`: the session that asks."""
    return [
        Place(
            str(row.id),
            browser(row.browser),
            when(row.created_at, now),
            when(row.last_seen_at, now),
            row.id == here,
        )
        for row in rows
    ]


def browser(called: str) -> str:
    """What a browser calls itself, in words that its user knows it by."""
    name = next((words for mark, words in _BROWSERS if mark in called), "Another browser")
    return f"{name} on {next((words for mark, words in _MACHINES if mark in called), 'another device')}"


def offer(secret: str, sealed: str, email: str) -> dict[str, Any]:
    """A second factor to be set up: the picture for the app, and the same to type."""
    picture = segno.make(rules.address(secret, email), micro=False).svg_data_uri(scale=5, border=4, light="#ffffff")
    return {"picture": picture, "typed_secret": " ".join(re.findall(".{1,4}", secret)), "sealed": sealed}


def codes_left(left: int) -> str:
    """How many codes on paper are left, and what to do when they are few."""
    words = f"{left} of {rules.RECOVERY_CODES} codes on paper are left."
    return f"{words} Make new ones." if left <= rules.FEW_LEFT else words
