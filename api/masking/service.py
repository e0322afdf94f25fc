"""Hides who is in a text. It reads the lists of data/masking, and the public bodies of data/directory, once.

About 1 ms for a message of 200 characters; no database, no network. For a whole conversation, ask `names_in` first and
hand what it finds to each text, so that a name that was clear once is hidden everywhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from api import settings
from api.errors import BadData
from api.masking import rules
from api.masking.checks import national
from api.masking.rules import Lists, Span
from api.masking.spelling import misspellings
from api.masking.words import plain, tokens

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # In C it is ten times faster.
_LONGEST_NAME = 7  # Words of a public body's name.
_COMPILED = {"bodies", "letters", "public_names", "public_numbers"}  # What is more than a row of words.


def spans(text: str, known: frozenset[str] = frozenset()) -> list[Span]:
    """What is to be hidden in a text, in order. `known`: what `names_in` found in the conversation."""
    return rules.spans(text, lists(), known)


def masked(text: str, known: frozenset[str] = frozenset()) -> str:
    """The text with "[name]", "[phone number]" and so on in place of whatever says who somebody is."""
    return rules.masked(text, spans(text, known))


def names_in(texts: Iterable[str], within: str | None = None) -> frozenset[str]:
    """The names in the texts of one conversation, small. `within`: the only text of it that is shown."""
    return rules.names_in(texts, lists(), within)


@cache
def lists() -> Lists:
    """The word lists, compiled. Raises BadData."""
    folder = settings.get().data_dir
    try:
        return _lists(folder)
    except (OSError, KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        raise BadData(f"data/masking, or what it needs beside it, cannot be used ({error})") from error


def _lists(folder: Path) -> Lists:
    raw = yaml.safe_load((folder / "masking/signs.yml").read_text(encoding="utf-8"))
    words = {name: frozenset(map(plain, text.split())) for name, text in raw.items() if isinstance(text, str)}
    given, family, ordinary = (
        _words_of(folder / f"masking/{name}.txt") for name in ("given_names", "family_names", "ordinary_words")
    )
    services = list(_services(folder / "directory"))
    plainly = {field.name for field in fields(Lists)} & set(words) - _COMPILED
    return Lists(
        **{name: words[name] for name in plainly},
        given=given,
        family=family | words["family_words"],
        ordinary=ordinary,
        kept=words["drugs"] | words["days_and_months"] | words["kin"] | words["titles"],
        letters=dict(pair.split("=") for pair in raw["letters"].split()),
        misspelt=_misspelt(given, ordinary | family | frozenset().union(*words.values())),
        bodies=words["bodies"] | words["weak_bodies"],
        phrases=frozenset(_rows(raw["name_follows"])),
        public_names=_by_first([*_rows(raw["public_names"]), *_bodies(services, given | family)]),
        public_numbers=frozenset([*_short_numbers(raw), *_public_numbers(folder, services)]),
        public_addresses=frozenset(str(one["email"]).lower() for one in services if one.get("email")),
        areas=_areas(folder / "places/postcode_areas.yml"),
    )


def _words_of(path: Path) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(plain(word) for line in lines if not line.startswith("#") for word in line.split())


def _misspelt(given: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """Names as they are mistyped, but for what is a word, or can as well be a mistyped one."""
    found = {word for name in given for word in misspellings(name)}
    words = others - given
    return frozenset(word for word in found - given - others if words.isdisjoint(misspellings(word)))


def _rows(text: str) -> Iterator[tuple[str, ...]]:
    return (tuple(token.low for token in tokens(row)) for row in text.split("|") if row.strip())


def _services(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.yml")):
        yield from yaml.load(path.read_bytes(), _Loader)["services"]  # noqa: S506  (It is a safe loader.)


def _bodies(services: Iterable[dict[str, Any]], people: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The names of organisations and services in which a person's name stands."""
    for service in services:
        for name in (str(service["organisation"]), str(service["name"])):
            row = tuple(token.low for token in tokens(name))
            if 1 < len(row) <= _LONGEST_NAME and people & {word.removesuffix("'s") for word in row}:
                yield row


def _by_first(rows: Iterable[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return {first: tuple(sorted(rows, key=len, reverse=True)) for first, rows in found.items()}


def _short_numbers(raw: dict[str, Any]) -> Iterator[str]:
    return (re.sub(r"\D", "", number) for number in raw["public_numbers"].split("|"))


def _public_numbers(folder: Path, services: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The numbers of the directory and of our own teams, as dialled in the UK."""
    for service in services:
        for phone in service.get("phones") or ():
            yield national(re.sub(r"\D", "", str(phone["number"])))
    for path in sorted((folder / "teams").glob("*.yml")):
        yield national(re.sub(r"\D", "", str(yaml.safe_load(path.read_text(encoding="utf-8")).get("phone", ""))))


def _areas(path: Path) -> frozenset[str]:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    mainland = [area for areas in raw["areas"].values() for area in areas]
    return frozenset(map(str, [*mainland, *raw["across"], *raw["outside"]]))
