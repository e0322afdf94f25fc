"""What is sealed, only we read; what was changed on the way, is too old, or has another key, nobody does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from api import clock, sealing
from tests.harness.line import configure

WHAT = {"totp": "JBSWY3DPEHPK3PXP"}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    clock.reset()
    configure(seal_key="demo-seal-key", old_seal_key="")


def test_what_is_sealed_shows_nothing_and_opens_again() -> None:
    sealed = sealing.seal(WHAT)
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert sealed != sealing.seal(WHAT)
    assert sealing.opened(sealed) == WHAT


@pytest.mark.parametrize("wrong", ["", "x", "gAAAA", "ü", "\x00"])
def test_what_we_did_not_seal_does_not_open(wrong: str) -> None:
    assert sealing.opened(wrong) is None
    sealed = sealing.seal(WHAT)
    assert sealing.opened(sealed[:-3] + ("AAA" if sealed[-3:] != "AAA" else "BBB")) is None


def test_it_opens_for_as_long_as_it_was_meant_to() -> None:
    sealed = sealing.seal(WHAT)
    clock.move(timedelta(seconds=50))
    assert sealing.opened(sealed, seconds=60) == WHAT
    clock.move(timedelta(seconds=20))
    assert sealing.opened(sealed, seconds=60) is None
    assert sealing.opened(sealed) == WHAT


def test_a_key_is_changed_without_losing_what_the_old_one_sealed() -> None:
    before = sealing.seal(WHAT)
    configure(seal_key="demo-another-key")
    assert sealing.opened(before) is None
    configure(old_seal_key="demo-seal-key")
    assert sealing.opened(before) == WHAT
    after = sealing.seal(WHAT)
    configure(old_seal_key="")
    assert sealing.opened(after) == WHAT


def test_without_a_key_nothing_is_kept_unsealed() -> None:
    configure(seal_key="")
    with pytest.raises(RuntimeError, match="NIGHTLIGHT_SEAL_KEY"):
        sealing.seal(WHAT)
