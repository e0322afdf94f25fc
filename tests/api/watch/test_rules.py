"""When a part of the line counts as silent, and when the lead hears of it (again). Pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from api.watch.rules import Handed, Part, Told, is_heard_again, must_tell, silent, unreported_since

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


def text(phone: str, minutes: float, reported: bool = False) -> Handed:
    return Handed(phone, ago(minutes), reported)


@pytest.mark.parametrize(
    ("texts", "since"),
    [
        ([], None),
        ([text("a", 9)], None),
        ([text("a", 9), text("a", 8)], None),
        ([text("a", 9), text("b", 2)], None),
        ([text("a", 9), text("b", 3)], 9),
        ([text("a", 9), text("b", 8, reported=True), text("c", 7)], None),
        ([text("a", 20, reported=True), text("b", 9), text("c", 8)], 9),
    ],
    ids=["none", "one", "one phone that is off", "not yet", "two phones", "one was heard of", "well before"],
)
def test_since_when_nothing_is_heard_of_texts(texts: list[Handed], since: float | None) -> None:
    assert unreported_since(texts, NOW) == (None if since is None else ago(since))


def test_it_is_over_when_a_text_of_that_time_is_heard_of() -> None:
    assert not is_heard_again([text("a", 20, reported=True), text("b", 9)], ago(9))
    assert is_heard_again([text("b", 9, reported=True)], ago(9)), "late is heard of, too"
