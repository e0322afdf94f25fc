"""What the last drill proved, in words. It is never shown as a call for help."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api.clients.carrier import Delivery
from api.console.board.service import Gathered, Paged
from api.console.presenters import delivery, length, rung, when
from api.paging.drills.rules import Proof, proof
from api.paging.models import StaffCall, StaffText
from api.paging.rules import By

HOW: dict[str, str] = {By.TEXT: "by text", By.CALL: "by a key in a call"}
CALLS: dict[str, str] = {
    Delivery.SENT: "rings",
    Delivery.DELIVERED: "picked up, but no key was pressed",
    Delivery.UNDELIVERED: "not picked up",
    Delivery.FAILED: "could NOT be placed",
    Delivery.WITHDRAWN: "not needed any more",
}


@dataclass(frozen=True, slots=True)
class ProofRow:
    """What the drill has shown of one person."""

    words: str
    alarm: bool


@dataclass(frozen=True, slots=True)
class Drill:
    """The last drill: whether everybody who is on call can be paged. It is never shown as a call for help."""

    title: str
    rows: list[ProofRow]


def drill(gathered: Gathered, now: datetime) -> Drill | None:
    if gathered.drill_for is None:
        return None
    rows = [_proof(gathered, paged, now) for paged in gathered.drill]
    return Drill(f"Drill for the shift at {when(gathered.drill_for, now)}", rows)


def _proof(gathered: Gathered, paged: Paged, now: datetime) -> ProofRow:
    page, text = paged
    took = length(page.answered_at - page.placed_at) if page.answered_at else ""
    sent = ", ".join(_ways(text, gathered.drill_calls.get(page.id)))
    by = HOW.get(page.answered_by or "", "")
    words = {
        Proof.ASKED: f"asked {when(page.placed_at, now)}, not answered yet ({sent})",
        Proof.ANSWERED: f"answered {by} after {took}",
        Proof.ANSWERED_LATE: f"answered late {by}, after {took}",
        Proof.SILENT: f"did NOT answer ({sent}). Ring them.",
    }
    shown = proof(page.placed_at, page.answered_at, now)
    return ProofRow(f"{page.person.name}, {rung(page.rung)}: {words[shown]}", shown == Proof.SILENT)


def _ways(text: StaffText | None, call: StaffCall | None) -> Iterator[str]:
    """How far each way has come by which somebody was asked."""
    if text is not None:
        yield f"text: {delivery(text.delivery)}"
    if call is not None:
        yield f"call: {CALLS.get(call.delivery or '', 'being placed')}"
