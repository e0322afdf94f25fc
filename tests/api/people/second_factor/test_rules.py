"""Codes that change every 30 seconds, each of which is right once, and codes on paper."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from api.people.second_factor import rules

NOW = datetime(2026, 11, 26, 3, 0, 10, tzinfo=UTC)
SECRET = rules.new_secret()
STEP = int(NOW.timestamp()) // rules.SECONDS


def code(at: datetime = NOW) -> str:
    return pyotp.TOTP(SECRET).at(at)


def test_the_published_values_are_right() -> None:
    """RFC 6238, appendix B, its last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, right in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert rules.step_of(secret, right, datetime.fromtimestamp(seconds, UTC), None) == seconds // 30


@pytest.mark.parametrize(("off", "right"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)])
def test_a_clock_may_be_half_a_minute_wrong(off: int, right: bool) -> None:
    assert (rules.step_of(SECRET, code(NOW + timedelta(seconds=off)), NOW, None) is not None) is right


def test_no_code_is_taken_twice_nor_one_before_it() -> None:
    assert rules.step_of(SECRET, code(), NOW, STEP - 1) == STEP
    assert rules.step_of(SECRET, code(), NOW, STEP) is None
    assert rules.step_of(SECRET, code(NOW - timedelta(seconds=30)), NOW, STEP) is None


@pytest.mark.parametrize("typed", ["", "000000x", "12345", "１２３４５６", "not a code", "' OR 1=1"])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert rules.step_of(SECRET, typed, NOW, None) is None


def test_blanks_that_an_app_shows_do_no_harm() -> None:
    assert rules.step_of(SECRET, f" {code()[:3]} {code()[3:]} ", NOW, None) == STEP


def test_codes_on_paper_are_many_different_and_read_however_they_are_typed() -> None:
    made = rules.new_recovery_codes()
    assert len(set(made)) == rules.RECOVERY_CODES
    for one in made:
        assert rules.tidy(one) == rules.tidy(f" {one.upper().replace('-', ' ')}") == one
        assert not set("01ilo") & set(one)
