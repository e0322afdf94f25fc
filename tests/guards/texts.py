"""Everything that is said to carers and staff, gathered from where it stands, with long values in its places."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.guards.tree import ROOT

DATA = ROOT / "data"
# Longer than anything that is likely: a name of 42 letters, a number with its country, a long address of ours.
LONG = {
    "team number": "+44 (0)1632 960 9999",
    "nurse": "Bartholomew Featherstonehaugh-Cholmondeley",
    "time": "02:14",
    "priority": "P1S",
    "code": "123",
    "count": "123",
    "switch": "People only, no assistant",
    "about": "Fever or unwell on cancer treatment (possible neutropenic sepsis)",
    "codes": "1, 2, 3, 4, 5, 6, 7",
    "contact": "Ring +447700900001",
    "words": '"hes stopped breathing pls help"',
    "link": "https://nightlight.hospice.example/console/escalations/12345678-1234-1234-1234-123456789012",
    "part": "carrier, database, worker",
    "ending": "123",
    "service": "National Domestic Abuse Helpline for Everybody",
    "number": "18001 0808 808 00 00",
    "hours": "opens Wednesday 28 December at 9:30am",
    "nation": "Northern Ireland",
    "nations": "England or Scotland",
    "opens": "opens Wednesday 28 December at 9:30am",
    "name": "Bartholomew Featherstonehaugh-Cholmon...",
    "good time": "any weekday but Tuesday, and after fi...",
    "need": "the quick claim for someone very ill ...",
    "rung": "second on call",
    "date": "12:59pm on Wednesday 30 September",
    "watch for": "pain that comes back or gets worse and",
    "come back": "they cannot keep medicine down at all",
}


@dataclass(frozen=True)
class Said:
    """One text in one wording. `where` names its file and itself; `channel` is sms, web, voice or all."""

    where: str
    channel: str
    words: str

    @property
    def filled(self) -> str:
        """With a long value in every place."""
        words = self.words
        for place, value in LONG.items():
            words = words.replace(f"[{place}]", value)
        return words

    @property
    def by_text(self) -> bool:
        """Whether it goes out as a text message."""
        return self.channel in ("sms", "all")


@cache
def replies(file: str) -> tuple[Said, ...]:
    """The texts of one file of data/replies."""
    document: dict[str, Any] = yaml.safe_load((DATA / "replies" / f"{file}.yml").read_text(encoding="utf-8"))
    return tuple(
        Said(f"{file}:{name}", channel, " ".join(str(words).split()))
        for name, variants in document["replies"].items()
        for channel, words in variants.items()
    )


@cache
def instructions() -> tuple[Said, ...]:
    """The first instructions of data/triage, with their variants."""
    return tuple(_instructions())


def _instructions() -> Iterator[Said]:
    for path in sorted((DATA / "triage/categories").glob("*.yml")):
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        wordings = {"": document.get("instruction", {}), **document.get("variants", {})}
        for variant, channels in wordings.items():
            for channel, words in channels.items():
                yield Said(f"{path.stem}:{variant or 'instruction'}", channel, " ".join(str(words).split()))


@cache
def assistant() -> tuple[Said, ...]:
    """The assistant's answers in domain.yml."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return tuple(
        Said(f"domain:{name}", variant.get("channel", "all"), variant["text"])
        for name, variants in document["responses"].items()
        for variant in variants
    )


@cache
def guides() -> tuple[Said, ...]:
    """The questions and statements of data/guides."""
    return tuple(_guides())


def _guides() -> Iterator[Said]:
    for path in sorted((DATA / "guides").glob("*.yml")):
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield from _worded(f"{path.stem}:otherwise", document["otherwise"])
        for code, question in document["questions"].items():
            yield from _worded(f"{path.stem}:{code}", question)
        for statement in document["statements"]:
            yield from _worded(f"{path.stem}:{statement['id']}", statement)


def _worded(where: str, part: dict[str, Any]) -> Iterator[Said]:
    for name in ("words", "instead"):
        for channel, words in part.get(name, {}).items():
            yield Said(f"{where}:{name}", channel, " ".join(str(words).split()))


@cache
def openings() -> tuple[Said, ...]:
    """The teams' own first words on the telephone."""
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (DATA / "teams").glob("*.yml")}
    first = {team: (one.get("telephone") or {}).get("first") or {} for team, one in found.items()}
    return tuple(Said(f"{team}:{when}", "voice", words) for team, said in first.items() for when, words in said.items())


def to_carers() -> tuple[Said, ...]:
    """Everything that a carer may read or hear."""
    return (
        *replies("carers"),
        *replies("chat"),
        *replies("referrals"),
        *replies("snippets"),
        *instructions(),
        *assistant(),
        *guides(),
        *openings(),
    )


def to_staff() -> tuple[Said, ...]:
    """Everything that is texted to staff."""
    return (*replies("pages"), *replies("staff"))
