"""What a change at the desk is: its kinds, the fields that differ, their words, and what a change leaves unverified."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

REASON_LIMIT = 500  # Characters.
NOTHING = "Nothing"

type Record = Mapping[str, Any]  # As `ServiceFile.model_dump(mode="json")` gives it.


class Kind(StrEnum):
    """What was done to a record."""

    ADDED = "added"
    EDITED = "edited"
    CHECKED = "checked"
    RETIRED = "retired"
    BROUGHT_BACK = "brought_back"


class Status(StrEnum):
    """Whether a service is told of: the standard's words."""

    ACTIVE = "active"
    INACTIVE = "inactive"  # Not told of any more, for a reason of ours.
    DEFUNCT = "defunct"  # It has closed for good.
    TEMPORARILY_CLOSED = "temporarily closed"


class Check(StrEnum):
    """How a fact was checked with the service itself."""

    PHONE = "phone"
    WEBSITE = "website"
    EMAIL = "email"


CHECKED_BY = {Check.PHONE: "by phone", Check.WEBSITE: "on the website", Check.EMAIL: "by e-mail"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what it was, in words."""

    field: str
    before: str
    after: str


def differences(before: Record, after: Record) -> list[Difference]:
    """Every field in which two records differ, in the order of the form."""
    return [
        Difference(name, in_words(name, before.get(name)), in_words(name, after[name]))
        for name in after
        if before.get(name) != after[name]
    ]


def unverified_after(before: Record, after: Record, checked: bool) -> list[str]:
    """What no source bears out after a change.

    A fact that was changed and not checked with the service is unverified, one that was checked no longer is, and what
    is no longer there is neither.
    """
    changed = {part for part, value in _parts(after).items() if value != _parts(before).get(part)}
    there = {part for part, value in _parts(after).items() if value}
    kept = set(after["unverified"])
    found = kept - changed if checked else kept | (changed & there)
    gone = {part for part in changed if part not in there}
    return [part for part in _parts(after) if part in found - gone]


def _parts(record: Record) -> dict[str, Any]:
    """The facts of a record by the names that `unverified` knows them by, in its order."""
    phones = record.get("phones") or []
    of_kind = {kind: [one for one in phones if (one["type"] == "relay") is kind] for kind in (True, False)}
    same = ("webchat", "url", "email", "hours", "cost", "eligibility", "languages")
    return {
        "area": record.get("area"),
        "phones": of_kind[False],
        "sms": record.get("sms"),
        "relay": of_kind[True],
        **{name: record.get(name) for name in same},
    }


def code_for(name: str, taken: Iterable[str]) -> str:
    """A code for a new record: its name in small letters, with a number if there is such a one."""
    plain = "-".join(re.findall(r"[a-z0-9]+", name.casefold().replace("'", ""))) or "service"
    used, number, code = set(taken), 1, plain
    while code in used:
        number += 1
        code = f"{plain}-{number}"
    return code


def in_words(field: str, value: Any) -> str:
    """The value of a field as a reader would see it, on one line."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if not value:
        return NOTHING
    words = _WORDS.get(field, _plainly)
    return "; ".join(words(value))


def _plainly(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield ", ".join(str(one) for one in value)
    else:
        yield str(value)


def _spaced(value: list[str]) -> Iterator[str]:
    yield ", ".join(one.replace("_", " ") for one in value)


def _phones(value: list[Record]) -> Iterator[str]:
    for one in value:
        kind = "" if one["type"] == "voice" else f" ({one['type']})"
        yield f"{one['number']}{kind}" + (f", {one['description']}" if one["description"] else "")


def _sms(value: Record) -> Iterator[str]:
    yield f"Text {value['say']} to {value['number']}" if value["say"] else f"Text {value['number']}"


def _hours(value: Record) -> Iterator[str]:
    if value["always"]:
        yield "Day and night, every day"
    for one in value["periods"]:
        yield f"{', '.join(one['byday'])} {one['opens_at'][:5]} to {one['closes_at'][:5]}"
    if not value["always"]:
        yield f"bank holidays: {value['bank_holidays']}"
    if value["words"]:
        yield str(value["words"])


def _area(value: Record) -> Iterator[str]:
    for kind in ("nations", "authorities", "districts"):
        if value[kind]:
            yield ", ".join(one.replace("_", " ").title() if kind == "nations" else one for one in value[kind])


def _eligibility(value: Record) -> Iterator[str]:
    yield value["text"] or NOTHING
    if value["minimum_age"] is not None:
        yield f"from age {value['minimum_age']}"
    if value["maximum_age"] is not None:
        yield f"to age {value['maximum_age']}"
    if value["narrow"]:
        yield "only for a group that no need names"


_WORDS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "needs": _spaced,
    "unverified": _spaced,
    "phones": _phones,
    "sms": _sms,
    "hours": _hours,
    "area": _area,
    "eligibility": _eligibility,
}
