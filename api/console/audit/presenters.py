"""The audit log in words."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from api import clock
from api.audit.models import AuditEntry
from api.people.models import Person

HERE = "/console/audit"
KINDS = {
    "": "Anything",
    "conversation": "A conversation",
    "escalation": "A call for help",
    "task": "A task",
    "referral": "A referral",
    "person": "A member of staff",
    "service_token": "A service token",
    "audit": "The audit log",
}
_PAGES = {kind: f"/console/{kind}s/" for kind in ("conversation", "escalation", "referral")}
_ACTORS = {"unknown": "Nobody known", "carer": "A carer"}
HEADERS = ("number", "at_utc", "actor", "who", "action", "subject_kind", "subject_id", "detail")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # A spreadsheet would reckon with what begins so.


@dataclass(frozen=True, slots=True)
class Line:
    """One entry."""

    seq: int
    at: str
    who: str
    did: str
    what: str
    url: str
    detail: str


def lines(entries: Iterable[AuditEntry], names: Mapping[str, str]) -> list[Line]:
    """Entries in words. `names`: of staff, by how the log calls them."""
    return [_line(entry, names) for entry in entries]


def _line(entry: AuditEntry, names: Mapping[str, str]) -> Line:
    local = entry.at.astimezone(clock.UK)
    kind = KINDS.get(entry.subject_kind, entry.subject_kind.replace("_", " "))
    about = names.get(f"staff:{entry.subject_id}", entry.subject_id) if entry.subject_kind == "person" else ""
    return Line(
        seq=entry.seq,
        at=f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S}",
        who=_who(entry.actor, names),
        did=entry.action.replace("_", " "),
        what=f"{kind}: {about or entry.subject_id}",
        url=f"{_PAGES[entry.subject_kind]}{entry.subject_id}" if entry.subject_kind in _PAGES else "",
        detail=_detail(entry.detail),
    )


def _who(actor: str, names: Mapping[str, str]) -> str:
    return names.get(actor) or _ACTORS.get(actor) or actor.replace(":", ": ", 1)


def _detail(detail: Mapping[str, Any]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in detail.items())


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {inner}" for name, inner in value.items()) or "everything"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def people(found: Iterable[Person], chosen: str) -> list[dict[str, Any]]:
    """Whom one may ask for."""
    offered = [("", "Anybody"), *((one.actor, one.name) for one in found)]
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in offered]


def kinds(chosen: str) -> list[dict[str, Any]]:
    """What one may ask about."""
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in KINDS.items()]


def as_csv(entries: Iterable[AuditEntry], names: Mapping[str, str]) -> str:
    """Entries as a table to take away."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    for one in entries:
        who, at = _who(one.actor, names), one.at.astimezone(UTC)
        about = (one.action, one.subject_kind, one.subject_id, _detail(one.detail))
        row = (one.seq, at.isoformat(), one.actor, who, *about)
        writer.writerow([_safe(str(cell)) for cell in row])
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
