"""Whether somebody says yes or no to a question of ours. Pure, but for the words: data/triage/yes_and_no.yml.

Frightened people rarely answer with the one word that we offered. A yes brings a nurse, so much is taken for one; for
a no every word must be among those that people say when all is well.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from pathlib import Path

import yaml

from api import settings
from api.triage.schemas import YesAndNoFile

_LONGEST_YES = 8  # Words. More tell us something, which is the screen's and the assistant's to hear.


def said(body: str, *, about_a_life: bool = False) -> bool | None:
    """Whether the message says yes (True) or no (False). None: neither. `about_a_life`: that was the question."""
    words = " ".join(re.sub(r"[^\w\s]", " ", re.sub(r"['’`]", "", body.lower())).split())
    if _is_yes(words) or (about_a_life and words in _all(_words().half_yes)):
        return True
    return False if words in _all(_words().no) or _no().fullmatch(words) else None


def _is_yes(words: str) -> bool:
    every = words.split()
    begins = bool(every) and every[0] in _words().begins_yes.split() and len(every) <= _LONGEST_YES
    return words in _all(_words().yes) or (begins and set(_words().takes_it_back.split()).isdisjoint(every))


def _all(rows: Iterable[Iterable[str]]) -> set[str]:
    return set(chain.from_iterable(rows))


@lru_cache
def _no() -> re.Pattern[str]:
    begins, after, ends = _words().begins_no.split(), _all(_words().after_no), _all(_words().ends_no)
    return re.compile(
        f"{_either(begins)}(?: {_either(after)})*(?: {_either(ends)})?(?: {_either(_words().after_no[0])})*"
    )


def _either(choices: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, choices))})"


@lru_cache
def _words() -> YesAndNoFile:
    return load(settings.get().data_dir / "triage/yes_and_no.yml")


def load(path: Path) -> YesAndNoFile:
    """The file, checked. Raises ValidationError."""
    return YesAndNoFile.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506
