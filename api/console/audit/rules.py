"""What was typed to search the audit log."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.audit.rules import Asked

UK = ZoneInfo("Europe/London")
_TEXT_LIMIT = 100  # Characters.
_CODE = re.compile(r"[a-z0-9_:-]+")
FIELDS = ("actor", "subject_kind", "subject_id", "action", "from", "to", "before")


def tidied(typed: Mapping[str, str]) -> dict[str, str]:
    """Every field as it was typed, without blanks around it; a field that is missing is empty."""
    return {name: typed.get(name, "").strip()[:_TEXT_LIMIT].replace("\x00", "") for name in FIELDS}


def wrong_with(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the search, by field."""
    unread = [name for name in ("from", "to") if typed[name] and not _day(typed[name])]
    errors = dict.fromkeys(unread, "Enter a day such as 2026-11-26")
    first, last = _day(typed["from"]), _day(typed["to"])
    if first and last and last < first:
        errors["to"] = "The last day must not be before the first"
    return errors


def asked(typed: Mapping[str, str]) -> Asked:
    """The search. Days are days on a UK clock, the last one included."""
    first, last = _day(typed["from"]), _day(typed["to"])
    return Asked(
        actor=typed["actor"],
        subject_kind=typed["subject_kind"],
        subject_id=typed["subject_id"],
        action=typed["action"].lower().replace(" ", "_"),
        since=_midnight(first) if first else None,
        until=_midnight(last + timedelta(days=1)) if last else None,
        before=int(typed["before"]) if typed["before"].isascii() and typed["before"].isdigit() else None,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UK)


def narrowing(typed: Mapping[str, str]) -> dict[str, str]:
    """What narrows the search, for the address of its next page."""
    return {name: value for name, value in typed.items() if value and name != "before"}


def on_record(typed: Mapping[str, str]) -> dict[str, str]:
    """The same for the log itself, in which nothing stands that somebody may type: it could be a telephone number."""
    return {name: value if _is_code(value) else "something else" for name, value in narrowing(typed).items()}


def _is_code(value: str) -> bool:
    return (bool(_CODE.fullmatch(value)) and not value.replace("-", "").isdigit()) or _day(value) is not None
