"""Whether somebody says yes or no to a question of ours. Pure, but for the words: data/triage/yes_and_no.yml.

Frightened people rarely answer with the one word that we offered. A yes brings a nurse, so little is needed for one;
a no counts only where the screen hears nothing in the message and no word in it says more.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from pathlib import Path

import yaml

from api import settings
from api.triage.schemas import YesAndNoFile

_LONGEST_YES = 10  # Words. More tell us something, which is the screen's and the assistant's to hear.
_FIRST_WORDS = 3  # So many may come before a no: "oh sorry, no".
_ONLY_NO = 6  # Words. A longer no says what was meant.


def said(body: str, *, about_a_life: bool, is_quiet: bool) -> bool | None:
    """Whether the message says yes (True) or no (False). None: neither.

    `about_a_life`: that was the question, not whether a nurse is needed. `is_quiet`: the screen hears nothing in it.
    """
    words = _plain(body)
    if _says_yes(words, about_a_life) or (about_a_life and _says_half_a_yes(words)):
        return True
    return False if is_quiet and _says_no(words, about_a_life) else None


def says_only_no(body: str) -> bool:
    """Whether a message that says no says little else, so that there is nothing more in it to answer."""
    return len(_plain(body).split()) <= _ONLY_NO


def _says_yes(words: str, about_a_life: bool) -> bool:
    known, every = _words(), words.split()
    if words in _all(known.yes):
        return True
    back = {*known.takes_it_back.split(), *(() if about_a_life else known.takes_a_nurse_back.split())}
    has_yes = not set(known.says_yes.split()).isdisjoint(every)
    return has_yes and len(every) <= _LONGEST_YES and back.isdisjoint(every)


def _says_half_a_yes(words: str) -> bool:
    back = set(_words().takes_it_back.split())
    if words in _all(_words().whose):
        return True
    return len(words.split()) <= _LONGEST_YES and back.isdisjoint(words.split()) and _holds(words, _words().half_yes)


def _says_no(words: str, about_a_life: bool) -> bool:
    every = _all(_words().says_no) | set(() if about_a_life else _words().says_not_now)
    places = [f" {words} ".find(f" {no} ") for no in every]
    is_said = any(place >= 0 and words.count(" ", 0, place) <= _FIRST_WORDS for place in places)
    return is_said and not _holds(words, _words().says_more)


def _holds(words: str, rows: Iterable[Iterable[str]]) -> bool:
    return any(f" {one} " in f" {words} " for one in _all(rows))


def _all(rows: Iterable[Iterable[str]]) -> set[str]:
    return set(chain.from_iterable(rows))


def _plain(body: str) -> str:
    apart = re.sub(r"[^\w\s]", " ", re.sub(r"['’`]", "", body.lower()))
    return " ".join(re.sub(r"([a-z])\1{2,}", r"\1", apart).split())


@lru_cache
def _words() -> YesAndNoFile:
    return load(settings.get().data_dir / "triage/yes_and_no.yml")


def load(path: Path) -> YesAndNoFile:
    """The file, checked. Raises ValidationError."""
    return YesAndNoFile.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506
