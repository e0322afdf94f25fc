"""The letter counter: which runs it counts, and that it reads anything."""

from pathlib import Path

import numpy as np
import pytest

from api.triage.letters import SIZE, Letters, places, runs


def test_it_counts_runs_of_letters_within_words_and_words_in_a_row() -> None:
    found = set(runs("No wake"))
    assert {" n", "no", " wak", "wake ", "w no", "w no wake"} <= found
    assert not any("o w" in run for run in found if not run.startswith("w ")), "no run goes over a space"


def test_the_same_text_stands_at_the_same_places_on_every_machine() -> None:
    at, counts = places("wake wake")
    assert at.max() < SIZE
    assert sorted(set(np.round(counts, 3))) == [1.0, 1.693], "twice counts for more than once and less than double"


@pytest.mark.parametrize(
    "text", ["", " ", "...", "\U0001f62d\U0001f62d", "\u0645\u0631\u062d\u0628\u0627", "a" * 10_000]
)
def test_any_text_has_a_score(tmp_path: Path, text: str) -> None:
    np.savez(tmp_path / "letters.npz", rarity=np.ones(SIZE), weight=np.full(SIZE, 0.5), bias=np.float32(-1))
    assert np.isfinite(Letters(tmp_path / "letters.npz").score(text))
