"""How the line listens on the telephone, from `data/telephone.yml`."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import yaml

from api import settings
from api.errors import BadData


@dataclass(frozen=True, slots=True)
class Choice:
    """What a key chooses: its `title`, as it is read out, and the words that the caller is taken to have said."""

    title: str
    means: str


@dataclass(frozen=True, slots=True)
class Telephone:
    """Times are in seconds, but where they are called otherwise."""

    listen_seconds: int
    number_seconds: int
    hold_seconds: int
    relay_listen_seconds: int
    answer_seconds: float
    most_waits: int
    confidence_gate: float
    key_facts: frozenset[str]
    relay_words: tuple[str, ...]
    hints: tuple[str, ...]
    menu: dict[str, Choice]
    ring_back_after: tuple[timedelta, ...]
    wordless_calls: int
    wordless_within: timedelta
    look_back: timedelta
    look_back_at_first: timedelta
    heard_of_within: timedelta
    words_a_second: float
    conversation_relay_teams: frozenset[str]


@cache
def wanted() -> Telephone:
    """What the file says. Raises BadData."""
    path = settings.get().data_dir / "telephone.yml"
    try:
        return _read(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error


def _read(raw: dict[str, Any]) -> Telephone:
    return Telephone(
        listen_seconds=int(raw["listen_seconds"]),
        number_seconds=int(raw["number_seconds"]),
        hold_seconds=int(raw["hold_seconds"]),
        relay_listen_seconds=int(raw["relay_listen_seconds"]),
        answer_seconds=float(raw["answer_seconds"]),
        most_waits=int(raw["most_waits"]),
        confidence_gate=float(raw["confidence_gate"]),
        key_facts=frozenset(map(str, raw["key_facts"])),
        relay_words=tuple(map(str, raw["relay_words"])),
        hints=tuple(map(str, raw["hints"])),
        menu={str(key): Choice(str(one["title"]), str(one["means"])) for key, one in raw["menu"].items()},
        ring_back_after=tuple(timedelta(seconds=seconds) for seconds in raw["ring_back_after"]),
        wordless_calls=int(raw["wordless_calls"]),
        wordless_within=timedelta(minutes=raw["wordless_minutes"]),
        look_back=timedelta(minutes=raw["look_back_minutes"]),
        look_back_at_first=timedelta(minutes=raw["look_back_minutes_at_first"]),
        heard_of_within=timedelta(seconds=raw["heard_of_within_seconds"]),
        words_a_second=float(raw["words_a_second"]),
        conversation_relay_teams=frozenset(map(str, raw["conversation_relay_teams"])),
    )
