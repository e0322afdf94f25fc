"""Which part of the line has been silent too long, and when the lead must be told (again)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AGAIN_AFTER = timedelta(minutes=15)


class Part(StrEnum):
    """What must show a sign of life. The words for the lead are these."""

    WORKER = "worker"
    CARRIER = "carrier"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Told:
    """When the lead was last told, and of which parts. Empty: all was well since."""

    at: datetime | None = None
    of: frozenset[Part] = frozenset()


def silent(last_well: Mapping[Part, datetime], now: datetime, after: timedelta) -> frozenset[Part]:
    """The parts that have shown no sign of life for so long.

    The worker's signs stand in the database. Without that nothing is known of it, so nothing is said.
    """
    found = frozenset(part for part, at in last_well.items() if now - at >= after)
    return found - {Part.WORKER} if Part.DATABASE in found else found


def must_tell(parts: Collection[Part], told: Told, now: datetime) -> bool:
    """Whether the lead must hear now: at first, of each further part, and every 15 minutes until all is well."""
    if not parts:
        return False
    return told.at is None or not told.of.issuperset(parts) or now - told.at >= AGAIN_AFTER
