"""A process of the Procfile that dies is started again, and the wait grows while it keeps dying."""

import os

import pytest

from scripts import keeper
from scripts.keeper import Keeper, wait_seconds


def test_the_wait_doubles_up_to_a_limit() -> None:
    assert [wait_seconds(deaths) for deaths in (0, 1, 2, 3, 9)] == [1, 1, 2, 4, 30]


def test_a_process_that_never_starts_well_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FIRST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(keeper, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    kept = Keeper("worker", "false", os.getpid())
    assert kept.keep() == 1
    assert kept.early_deaths == keeper.MOST_EARLY_DEATHS


def test_a_process_ends_with_its_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    gone = 2**22 + 1  # Above the largest number that Linux gives to a process.
    assert Keeper("worker", "sleep 60", gone).keep() == 0
