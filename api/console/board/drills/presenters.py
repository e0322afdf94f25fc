"""What the last drill proved, in words. It is never shown as a call for help."""

from dataclasses import dataclass
from datetime import datetime

from api.console.board.service import Gathered, Paged
from api.console.presenters import delivery, length, rung, when
from api.paging.drills.rules import Proof, proof


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
    rows = [_proof(paged, now) for paged in gathered.drill]
    return Drill(f"Drill for the shift at {when(gathered.drill_for, now)}", rows)


def _proof(paged: Paged, now: datetime) -> ProofRow:
    page, text = paged
    took = length(page.answered_at - page.placed_at) if page.answered_at else ""
    sent = delivery(text.delivery if text else None)
    words = {
        Proof.ASKED: f"asked {when(page.placed_at, now)}, not answered yet ({sent})",
        Proof.ANSWERED: f"answered after {took}",
        Proof.ANSWERED_LATE: f"answered late, after {took}",
        Proof.SILENT: f"did NOT answer ({sent}). Ring them.",
    }
    shown = proof(page.placed_at, page.answered_at, now)
    return ProofRow(f"{page.person.name}, {rung(page.rung)}: {words[shown]}", shown == Proof.SILENT)
