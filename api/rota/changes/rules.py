"""What an override does to shifts, and the states of a swap."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from api.rota.rules import Shift, tidy


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody else takes these hours on a rung: those of one person, or (`instead_of` None) the whole of them."""

    rung: str
    person_id: UUID
    instead_of: UUID | None
    starts_at: datetime
    ends_at: datetime


def overridden(shifts: Iterable[Shift], overrides: Iterable[Override]) -> list[Shift]:
    """The shifts as they are after these overrides, each on top of those before it."""
    found = list(shifts)
    for override in overrides:
        found = _after(found, override)
    return tidy(found)


def _after(shifts: list[Shift], override: Override) -> list[Shift]:
    kept: list[Shift] = []
    taken: list[Shift] = []
    for shift in shifts:
        part = shift.within(override.starts_at, override.ends_at)
        meant = shift.rung == override.rung and override.instead_of in (None, shift.person_id)
        if part is None or not meant:
            kept.append(shift)
            continue
        taken.append(replace(part, person_id=override.person_id))
        kept += without(shift, override.starts_at, override.ends_at)
    if override.instead_of is None:
        taken = [Shift(override.rung, override.person_id, override.starts_at, override.ends_at)]
    return kept + taken


def without(shift: Shift, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """What is left of a shift when these hours are taken out of it."""
    left = []
    if shift.starts_at < starts_at:
        left.append(replace(shift, ends_at=min(shift.ends_at, starts_at)))
    if shift.ends_at > ends_at:
        left.append(replace(shift, starts_at=max(shift.starts_at, ends_at)))
    return left


class SwapState(StrEnum):
    """Where a swap stands. Only what is done has changed the rota."""

    OFFERED = "offered"
    AGREED = "agreed"  # Both want it; a coordinator has not looked yet.
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class SwapMove(StrEnum):
    """What somebody may do with a swap."""

    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REFUSE = "refuse"


class Part(StrEnum):
    """What somebody has to do with a swap."""

    OFFERED = "offered"
    ASKED = "asked"
    COORDINATOR = "coordinator"


# Whose move it is in which state, and where it leads. To agree leads to AGREED, or to DONE where no approval is needed.
MOVES: Mapping[tuple[SwapState, Part, SwapMove], SwapState] = {
    (SwapState.OFFERED, Part.ASKED, SwapMove.AGREE): SwapState.AGREED,
    (SwapState.OFFERED, Part.ASKED, SwapMove.DECLINE): SwapState.DECLINED,
    (SwapState.OFFERED, Part.OFFERED, SwapMove.WITHDRAW): SwapState.WITHDRAWN,
    (SwapState.AGREED, Part.OFFERED, SwapMove.WITHDRAW): SwapState.WITHDRAWN,
    (SwapState.AGREED, Part.ASKED, SwapMove.WITHDRAW): SwapState.WITHDRAWN,
    (SwapState.AGREED, Part.COORDINATOR, SwapMove.APPROVE): SwapState.DONE,
    (SwapState.AGREED, Part.COORDINATOR, SwapMove.REFUSE): SwapState.REFUSED,
}
OPEN = frozenset({SwapState.OFFERED, SwapState.AGREED})


def moves(state: SwapState, parts: Iterable[Part]) -> list[SwapMove]:
    """What somebody with these parts may do now."""
    mine = set(parts)
    return [move for (at, part, move) in MOVES if at is state and part in mine]


def moved(state: SwapState, parts: Iterable[Part], move: SwapMove, needs_approval: bool) -> SwapState | None:
    """Where this move leads. None: it is not allowed."""
    for part in parts:
        led = MOVES.get((state, part, move))
        if led is not None:
            return SwapState.DONE if led is SwapState.AGREED and not needs_approval else led
    return None
