"""Putting shifts in the place of those that stand, so that what goes on goes on as one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from api.rota.changes.rules import without
from api.rota.rules import Shift, parts

USUAL = timedelta(weeks=8)  # How far ahead a rota is published unless somebody chooses.
LONGEST = timedelta(weeks=52)


def replaced(standing: Sequence[Shift], new: Sequence[Shift], starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """What stands, with what is new between two moments. A shift that runs across an edge as before stays one."""
    kept = [left for shift in standing for left in without(shift, starts_at, ends_at)]
    found = parts(new, starts_at, ends_at)
    for edge in (starts_at, ends_at):
        found = _joined(kept, found, edge)
        kept = []
    return sorted(found, key=lambda one: (one.starts_at, one.rung, one.person_id))


def _joined(kept: Sequence[Shift], found: Sequence[Shift], edge: datetime) -> list[Shift]:
    """All of these, where one that ends at this edge goes on in one of the same person that begins there."""
    every = [*kept, *found]
    begins = {(one.rung, one.person_id): one for one in every if one.starts_at == edge}
    joined = []
    for one in every:
        on = begins.get((one.rung, one.person_id))
        if one.starts_at == edge and any(_same(other, one) and other.ends_at == edge for other in every):
            continue
        goes_on = one.ends_at == edge and on is not None
        joined.append(replace(one, ends_at=on.ends_at) if goes_on and on is not None else one)
    return joined


def _same(one: Shift, other: Shift) -> bool:
    return (one.rung, one.person_id) == (other.rung, other.person_id)
