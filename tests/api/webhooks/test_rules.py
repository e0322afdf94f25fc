"""How often and how long a delivery is tried, and how its secret comes about."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.clock import UK
from api.webhooks import rules


def total(urgent: bool) -> timedelta:
    waits, tries = timedelta(), 1
    while (wait := rules.retry_after(tries, urgent)) is not None:
        waits, tries = waits + wait, tries + 1
    return waits


def test_what_people_are_paged_by_is_tried_for_a_minute_and_the_rest_for_days() -> None:
    assert total(urgent=True) == timedelta(minutes=1)
    assert timedelta(days=3) < total(urgent=False) < timedelta(days=4)
    assert rules.retry_after(1, urgent=True) == timedelta(seconds=1)


NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("9" * 50, 86_400),
        ("Thu, 26 Nov 2026 12:10:00 GMT", 600),
        ("Thu, 26 Nov 2026 12:10:00 -0000", 600),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0),
        *((nonsense, 0) for nonsense in ("", "-5", "soon", "1.5", "٣", "Thu, 99 Nov 2026 12:10:00 GMT")),
    ],
)
def test_what_the_other_side_asks_for_is_read_in_both_forms(header: str, seconds: int) -> None:
    assert rules.asked_wait(header, NOW).total_seconds() == seconds


def test_ordinary_events_wait_as_asked_within_bounds_and_pages_do_not() -> None:
    hour, year = timedelta(hours=1), timedelta(days=365)
    assert rules.retry_after(1, urgent=False, asked=hour) == hour
    assert rules.retry_after(4, urgent=False, asked=hour) == timedelta(hours=2), "never sooner than without"
    assert rules.retry_after(1, urgent=False, asked=year) == timedelta(hours=24)
    assert rules.retry_after(1, urgent=True, asked=hour) == timedelta(seconds=1)
    assert rules.retry_after(10, urgent=False, asked=hour) is None, "no more tries than without"


@pytest.mark.parametrize(
    ("local", "night"), [("2026-11-26T02:59", "2026-11-25T03:00"), ("2026-11-26T03:00", "2026-11-26T03:00")]
)
def test_a_night_begins_at_three_by_a_uk_clock(local: str, night: str) -> None:
    moments = [datetime.fromisoformat(one).replace(tzinfo=UK) for one in (local, night)]
    assert rules.last_night(moments[0]) == moments[1]


def test_only_a_plain_yes_is_one() -> None:
    assert [status for status in (200, 204, 299, 301, 304, 400, 410, 500) if rules.is_taken(status)] == [200, 204, 299]


def test_a_secret_is_of_one_endpoint_and_one_version() -> None:
    endpoint = uuid4()
    made = {rules.secret("key", one, version) for one in (endpoint, uuid4()) for version in (1, 2)}
    made |= {rules.secret("another key", endpoint, 1)}
    assert len(made) == 5
    assert rules.secret("key", endpoint, 1) in made, "the same each time"
    assert all(len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32 for one in made)
