"""A record as a form has it: from the record, from what was typed, back into a record, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.directory.desk.rules import REASON_LIMIT, Check
from api.directory.files.schemas import ServiceFile
from api.directory.hours.rules import BankHolidays

type Typed = dict[str, Any]  # What stands in the fields of the form, by their names.
type Fields = Mapping[str, Sequence[str]]  # What a browser sends.

NEW: Mapping[str, Any] = {"id": "new", "assured_date": None, "confidence": "low", "unverified": []}
BLANK_ROWS = 2
MOST_ROWS = 40
UNCHECKED = "no"
_OF_IT = ("organisation", "name", "description", "cost", "access", "notes")
_LINES = (*_OF_IT, "webchat", "url", "email", "source_url", "source")
_ELIGIBILITY = {"text": "eligibility", "minimum_age": "minimum_age", "maximum_age": "maximum_age", "narrow": "narrow"}
_AREA = {"nations": "nations", "districts": "districts", "authorities": "authorities"}
_WORDS = {
    "organisation": "Enter who runs it",
    "name": "Enter the name",
    "description": "Describe it in a sentence or two",
    "cost": "Say what it costs, or that it is free",
    "eligibility": "Say whom it is for",
    "needs": "Choose needs from the list",
    "nations": "Choose at least one nation",
    "districts": "Enter the first halves of postcodes, such as CH41, with commas between them",
    "authorities": "Enter councils in plain words, one on each line",
    "webchat": "Enter a web address that begins with https://",
    "url": "Enter a web address that begins with https://",
    "source_url": "Enter a web address that begins with https://, or say in words where the facts are from",
    "email": "Enter an e-mail address, such as help@example.org",
    "minimum_age": "Enter an age in years, such as 18",
    "maximum_age": "Enter an age in years, such as 25",
    "languages": "Enter languages with commas between them",
    "sms_number": "Enter a number with digits and spaces alone",
    "number": "Enter a number with digits and spaces alone",
    "opens_at": "Enter when it opens, such as 09:00",
    "closes_at": "Enter when it closes, such as 17:00",
    "byday": "Choose the days",
    "bank_holidays": "Choose from the list",
}
_OURS = ("source_url", "opens_at", "closes_at")  # Their rules speak of the file, or of nothing at all.


def typed_of(record: Mapping[str, Any]) -> Typed:
    """A form that has this record in its fields."""
    hours, sms, area, eligibility = (record[name] or {} for name in ("hours", "sms", "area", "eligibility"))
    return {
        **{name: record[name] or "" for name in _LINES},
        "needs": list(record["needs"]),
        "nations": list(area["nations"]),
        "districts": ", ".join(area["districts"]),
        "authorities": "\n".join(area["authorities"]),
        "phones": [_shown(one) for one in record["phones"]] + [_phone() for _ in range(BLANK_ROWS)],
        "sms_number": sms.get("number") or "",
        "sms_say": sms.get("say") or "",
        "always": bool(hours.get("always")),
        "periods": [_period_of(one) for one in hours.get("periods", ())] + [_period() for _ in range(BLANK_ROWS)],
        "bank_holidays": hours.get("bank_holidays") or BankHolidays.UNKNOWN,
        "hours_words": hours.get("words") or "",
        "eligibility": eligibility["text"] or "",
        "narrow": eligibility["narrow"],
        "minimum_age": _age_shown(eligibility["minimum_age"]),
        "maximum_age": _age_shown(eligibility["maximum_age"]),
        "languages": ", ".join(record["languages"]),
        "staff_only": record["staff_only"],
        "reason": "",
        "checked": "",
        "seen": "",
    }


def blank() -> Typed:
    """An empty form."""
    return typed_of(dict.fromkeys(_LINES, "") | _EMPTY)


_EMPTY: dict[str, Any] = {
    "needs": [],
    "area": {"nations": [], "districts": [], "authorities": []},
    "phones": [],
    "sms": None,
    "hours": None,
    "eligibility": {"text": "", "narrow": False, "minimum_age": None, "maximum_age": None},
    "languages": [],
    "staff_only": False,
}


def typed(fields: Fields) -> Typed:
    """What was typed, as it was typed but for spaces at the ends of lines."""
    lines = (*_LINES, "districts", "sms_number", "sms_say", "bank_holidays", "hours_words", "eligibility")
    ages = ("minimum_age", "maximum_age", "languages", "checked", "seen", "reason")
    return {
        **{name: " ".join(one(fields, name).split()) for name in (*lines, *ages)},
        "authorities": one(fields, "authorities").replace("\r\n", "\n"),
        "needs": list(fields.get("needs", ())),
        "nations": list(fields.get("nations", ())),
        "phones": [
            _phone(*_row(fields, "phone", at, "number", "type", "description")) for at in _rows(fields, "phone")
        ],
        "always": bool(one(fields, "always")),
        "periods": [
            _period(list(fields.get(f"period_{at}_byday", ())), *_row(fields, "period", at, "opens_at", "closes_at"))
            for at in _rows(fields, "period")
        ],
        "narrow": bool(one(fields, "narrow")),
        "staff_only": bool(one(fields, "staff_only")),
    }


def one(fields: Fields, name: str) -> str:
    """What one field of a form holds."""
    found = fields.get(name, ())
    return found[0] if found else ""


def _rows(fields: Fields, kind: str) -> range:
    numbers = [int(match[1]) for name in fields if (match := re.fullmatch(rf"{kind}_(\d{{1,2}})_\w+", name))]
    return range(min(max(numbers, default=-1) + 1, MOST_ROWS))


def _row(fields: Fields, kind: str, at: int, *names: str) -> tuple[str, ...]:
    return tuple(" ".join(one(fields, f"{kind}_{at}_{name}").split()) for name in names)


def _phone(number: str = "", kind: str = "voice", description: str = "") -> Typed:
    return {"number": number, "type": kind, "description": description}


def _shown(phone: Mapping[str, Any]) -> Typed:
    return _phone(phone["number"], phone["type"], phone["description"] or "")


def _period(days: Sequence[str] = (), opens_at: str = "", closes_at: str = "") -> Typed:
    return {"byday": list(days), "opens_at": opens_at, "closes_at": closes_at}


def _period_of(period: Mapping[str, Any]) -> Typed:
    return _period(period["byday"], period["opens_at"][:5], period["closes_at"][:5])


def _age_shown(age: int | None) -> str:
    return "" if age is None else str(age)


def read(typed: Typed, base: Mapping[str, Any] = NEW) -> tuple[ServiceFile | None, dict[str, str]]:
    """The record that was typed, checked as strictly as a file's, or what is wrong with it by field of the form.

    `base` has what the form does not ask for: the code, and how well the record was checked.
    """
    same = {name: base[name] for name in NEW}
    try:
        return ServiceFile.model_validate(_record(typed) | same), {}
    except ValidationError as error:
        return None, _errors(typed, error.errors())


def _record(typed: Typed) -> dict[str, Any]:
    sms = {"number": typed["sms_number"], "say": typed["sms_say"] or None}
    return {
        **{name: typed[name] or None for name in _LINES},
        "needs": typed["needs"],
        "area": {
            "nations": typed["nations"],
            "districts": _listed(typed["districts"].upper().replace(" ", ",")),
            "authorities": [line.strip() for line in typed["authorities"].split("\n") if line.strip()],
        },
        "phones": [one | {"description": one["description"] or None} for one in typed["phones"] if _is_used(one)],
        "sms": sms if typed["sms_number"] or typed["sms_say"] else None,
        "hours": _hours(typed),
        "eligibility": {
            "text": typed["eligibility"],
            "narrow": typed["narrow"],
            "minimum_age": typed["minimum_age"] or None,
            "maximum_age": typed["maximum_age"] or None,
        },
        "languages": _listed(typed["languages"]),
        "staff_only": typed["staff_only"],
    }


def _hours(typed: Typed) -> dict[str, Any] | None:
    """None: nobody knows them, which is so when nothing was typed."""
    periods = [one for one in typed["periods"] if _is_used(one)]
    if not typed["always"] and not periods and not typed["hours_words"]:
        return None
    words, holidays = typed["hours_words"] or None, typed["bank_holidays"]
    if typed["always"] and holidays == BankHolidays.UNKNOWN:
        holidays = BankHolidays.OPEN  # Always is always; what contradicts it is for whoever typed it to settle.
    return {"always": typed["always"], "periods": periods, "bank_holidays": holidays, "words": words}


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _is_used(row: Typed) -> bool:
    """Whether anything was typed in this row: a kind alone stands in every row."""
    return any(value for name, value in row.items() if name != "type")


def _errors(typed: Typed, found: Sequence[ErrorDetails]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for error in found:
        field, kind = _field(typed, error["loc"])
        errors.setdefault(field, _said(kind, error))
    return errors


def _said(kind: str, error: ErrorDetails) -> str:
    """What to do, in words. Rules of the files' form that speak for themselves are let speak."""
    if error["type"] == "value_error" and kind not in _OURS:
        words = str(error["ctx"]["error"]).split(": ")[-1]
        return words[:1].upper() + words[1:]
    return _WORDS.get(kind, "Use plain words on one line")


def _field(typed: Typed, loc: tuple[int | str, ...]) -> tuple[str, str]:
    """The field of the form that a place in the record stands for, and the name of its words."""
    match loc:
        case ("phones", int(number), str(name), *_):
            return f"phone_{_at(typed['phones'], number)}_{name}", name
        case ("hours", "periods", int(number), str(name), *_):
            return f"period_{_at(typed['periods'], number)}_{name}", name
        case ("hours", "bank_holidays", *_):
            return "bank_holidays", "bank_holidays"
        case ("hours", "words", *_):
            return "hours_words", "hours_words"
        case ("hours",):
            return "always", "always"
        case ("sms", str(name), *_):
            return f"sms_{name}", f"sms_{name}"
        case ("area", str(name), *_):
            return _AREA[name], _AREA[name]
        case ("eligibility", str(name), *_):
            return _ELIGIBILITY[name], _ELIGIBILITY[name]
        case (str(name), *_):
            return name, name
        case _:
            return "source_url", "source_url"  # The record as a whole has one rule that can be broken here.


def _at(rows: list[Typed], number: int) -> int:
    """Where the row that is this used one stands on the form."""
    return [at for at, row in enumerate(rows) if _is_used(row)][number]


def wrong_reason(reason: str) -> dict[str, str]:
    """What is wrong with a reason."""
    if not reason:
        return {"reason": "Say why, for the colleagues after you"}
    if len(reason) > REASON_LIMIT or "\x00" in reason:
        return {"reason": f"Use plain words, up to {REASON_LIMIT} characters"}
    return {}


def wrong_check(checked: str) -> dict[str, str]:
    """What is wrong with the answer to whether a change was checked with the service."""
    return {} if checked in {UNCHECKED, *Check} else {"checked": "Say whether you have checked it with the service"}
