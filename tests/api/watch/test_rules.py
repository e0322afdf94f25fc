"""When a part of the line counts as silent, and when the lead hears of it (again). Pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from api.watch.rules import Part, Told, must_tell, silent

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
AFTER = timedelta(minutes=3)
WORKER, DATABASE = frozenset({Part.WORKER}), frozenset({Part.DATABASE})


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("worker", "carrier", "database", "expected"),
    [
        (1, 0, 0, set()),
        (3, 0, 0, {Part.WORKER}),
        (9, 9, 0, {Part.WORKER, Part.CARRIER}),
        (9, 0, 9, {Part.DATABASE}),
        (9, 9, 9, {Part.CARRIER, Part.DATABASE}),
    ],
    ids=["well", "worker", "worker and carrier", "no database: nothing is known of the worker", "all"],
)
def test_what_is_silent(worker: float, carrier: float, database: float, expected: set[Part]) -> None:
    last_well = {Part.WORKER: ago(worker), Part.CARRIER: ago(carrier), Part.DATABASE: ago(database)}
    assert silent(last_well, NOW, AFTER) == expected


@pytest.mark.parametrize(
    ("parts", "told", "expected"),
    [
        (frozenset(), Told(), False),
        (WORKER, Told(), True),
        (WORKER, Told(ago(14), WORKER), False),
        (WORKER, Told(ago(15), WORKER), True),
        (WORKER | DATABASE, Told(ago(1), WORKER), True),
        (WORKER, Told(ago(1), WORKER | DATABASE), False),
    ],
    ids=["all well", "first", "told already", "again", "one part more", "one part fewer"],
)
def test_when_the_lead_hears(parts: frozenset[Part], told: Told, expected: bool) -> None:
    assert must_tell(parts, told, NOW) is expected
