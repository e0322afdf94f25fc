"""What the forms of the directory offer to choose from, and what somebody else has changed meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.console.directory.presenters import NATIONS, NEEDS, STATUSES, TITLES, Entry, history
from api.directory.desk.models import Change
from api.directory.desk.rules import Check, Status
from api.directory.hours.rules import WEEK, BankHolidays
from api.directory.rules import Confidence

type Items = list[dict[str, Any]]

DAYS = dict(zip(WEEK, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
PHONE_TYPES = {"voice": "Voice", "textphone": "Textphone", "relay": "Text relay"}
HOLIDAYS: dict[str, str] = {
    BankHolidays.UNKNOWN: "Not known",
    BankHolidays.OPEN: "Open as on other days",
    BankHolidays.CLOSED: "Closed",
}
HOW: dict[str, str] = {Check.PHONE: "By phone", Check.WEBSITE: "On its website", Check.EMAIL: "By e-mail"}
SURE: dict[str, str] = {
    Confidence.HIGH: "High: the service itself bears out what matters",
    Confidence.MEDIUM: "Medium: borne out in part, or by others",
}
RETIRE: dict[str, str] = {
    Status.TEMPORARILY_CLOSED: "It is closed for a time",
    Status.DEFUNCT: "It has closed for good",
    Status.INACTIVE: "We no longer tell carers of it, for another reason",
}
NOTICES = {
    "added": "The record is added. No carer is told of it until you have checked it.",
    "edited": "Your changes are saved.",
    "checked": "Noted that it was checked today.",
    "retired": "The record is retired. No carer is told of it.",
    "back": "The record is in use again.",
}


def items(choices: dict[str, str], chosen: Sequence[str] = ()) -> Items:
    """Choices as the NHS.UK components want them."""
    return [{"value": value, "text": text, "checked": value in chosen} for value, text in choices.items()]


def options(choices: dict[str, str], chosen: str = "") -> Items:
    """The same for a list that drops down."""
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in choices.items()]


def form(typed: dict[str, Any]) -> dict[str, Any]:
    """What the form of a record offers, with what is chosen."""
    checked = HOW | {"no": "Not yet: mark what I changed as not verified"}
    return {
        "needs": items(NEEDS, typed["needs"]),
        "nations": items(NATIONS, typed["nations"]),
        "holidays": items(HOLIDAYS, [typed["bank_holidays"]]),
        "types": [options(PHONE_TYPES, phone["type"]) for phone in typed["phones"]],
        "days": [items(DAYS, period["byday"]) for period in typed["periods"]],
        "checked": items(checked, [typed["checked"]]),
    }


def check(unverified: Sequence[str], typed: dict[str, Any]) -> dict[str, Any]:
    """What the form of a check offers."""
    parts = {part: TITLES[part] for part in unverified}
    return {
        "how": items(HOW, [typed["how"]]),
        "sure": items(SURE, [typed["confidence"]]),
        "parts": items(parts, typed["borne_out"]),
    }


def retire(status: str) -> Items:
    """What has become of a service that is retired."""
    return items(RETIRE, [status])


def status(code: str) -> str:
    """A status in words."""
    return STATUSES[code]


def meanwhile(changes: Sequence[Change], as_of: str) -> list[Entry]:
    """What was changed here since a form was opened."""
    try:
        opened = datetime.fromisoformat(as_of)
        return history([one for one in changes if one.at >= opened])
    except (TypeError, ValueError):  # Not a moment that we have given out.
        return history(changes)
