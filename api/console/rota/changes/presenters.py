"""Swaps in words, and what the forms of overrides and swaps offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.console.rota.presenters import items, people, rung, span
from api.console.rota.rules import HERE
from api.people.models import Person
from api.rota.changes.rules import SwapMove, SwapState
from api.rota.models import Duty, RotaSwap

STATES: dict[str, str] = {
    SwapState.OFFERED: "Waits for an answer",
    SwapState.AGREED: "Both agree; waits for a coordinator",
}
MOVES: dict[str, str] = {
    SwapMove.AGREE: "Agree",
    SwapMove.DECLINE: "Decline",
    SwapMove.WITHDRAW: "Withdraw",
    SwapMove.APPROVE: "Approve",
    SwapMove.REFUSE: "Refuse",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One open swap, and what whoever looks may do with it."""

    url: str
    words: str
    back: str
    state: str
    moves: list[tuple[str, str]]


def row(one: RotaSwap, moves: Sequence[SwapMove], now: datetime) -> Row:
    """A swap in words."""
    given = f"{rung(one.rung).lower()}, {span(one.starts_at, one.ends_at, now)}"
    back = "For nothing in return."
    if one.back_rung and one.back_starts_at and one.back_ends_at:
        hours = span(one.back_starts_at, one.back_ends_at, now)
        back = f"In return {one.offered_by.name} takes {rung(one.back_rung).lower()}, {hours}."
    words = f"{one.offered_by.name} asks {one.asked.name} to take {given}."
    return Row(f"{HERE}/swaps/{one.id}", words, back, STATES[one.state], [(move, MOVES[move]) for move in moves])


def shift(duty: Duty, now: datetime) -> str:
    """A shift as it is offered."""
    return f"{rung(duty.rung)}, {span(duty.starts_at, duty.ends_at or duty.starts_at, now)}"


def own(coming: Sequence[Duty], person_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Which shifts somebody can offer: their own that have an end and have not begun."""
    found = [one for one in coming if one.person_id == person_id and one.ends_at and one.starts_at > now]
    return items([(str(one.id), shift(one, now)) for one in found], [])


def offer(
    mine: Duty, staff: Sequence[Person], coming: Sequence[Duty], chosen: str, now: datetime
) -> list[dict[str, Any]]:
    """Whom a shift can be offered to: each colleague, for nothing or for one of their own shifts."""
    choices = [("", "Choose")]
    for person in staff:
        if person.id != mine.person_id and person.phone:
            choices.append((str(person.id), f"{person.name}, for nothing in return"))
            theirs = [one for one in coming if one.person_id == person.id and one.ends_at and one.starts_at > now]
            choices += [(f"{person.id}:{one.id}", f"{person.name}, for {shift(one, now).lower()}") for one in theirs]
    return items(choices, [chosen])


def override(typed: dict[str, str], staff: Sequence[Person], rungs: Sequence[str]) -> dict[str, Any]:
    """What the form of an override offers, with what is chosen."""
    choose = ("", "Choose")
    return {
        "rungs": items([choose, *((code, rung(code)) for code in rungs)], [typed["rung"]]),
        "people": items([choose, *people(staff)], [typed["person"]]),
        "instead": items([("", "Whoever has these hours, or nobody"), *people(staff)], [typed["instead_of"]]),
    }
