"""When a sign-in is locked, and when a session has ended."""

from datetime import UTC, datetime, timedelta

import pytest

from api.people.rules import FREE_ATTEMPTS, LOCKED_FOR, ends_at, locked_until

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)


@pytest.mark.parametrize("failures", range(FREE_ATTEMPTS))
def test_a_few_wrong_passwords_are_forgiven(failures: int) -> None:
    assert locked_until(failures, NOW) is None


@pytest.mark.parametrize("failures", [FREE_ATTEMPTS, FREE_ATTEMPTS + 1, 1000])
def test_more_than_a_few_lock_the_account_for_a_while(failures: int) -> None:
    assert locked_until(failures, NOW) == NOW + LOCKED_FOR


@pytest.mark.parametrize(
    ("created", "seen", "ends"),
    [
        (NOW, NOW, NOW + IDLE),
        (NOW - timedelta(hours=3), NOW, NOW + IDLE),
        (NOW - LONGEST + timedelta(minutes=10), NOW, NOW + timedelta(minutes=10)),
    ],
    ids=["new", "in use", "old"],
)
def test_a_session_ends_unused_or_old_whichever_comes_first(created: datetime, seen: datetime, ends: datetime) -> None:
    assert ends_at(created, seen, IDLE, LONGEST) == ends
