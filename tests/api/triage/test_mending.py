"""Slips of the finger in ordinary words, as the learned screen reads them."""

from pathlib import Path

import pytest

from api.triage.mending import Mending

MENDING = Mending({"thinks": 400, "burglar": 3, "bottle": 90, "cannae": 2, "oxygen": 300, "there": 900})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("he thinsk im the burglar", "he thinks im the burglar"),
        ("next bottlle, is stuck", "next bottle, is stuck"),
        ("OXYGN", "oxygen"),
    ],
)
def test_a_slip_is_read_as_the_common_word_that_it_misses(written: str, read: str) -> None:
    assert MENDING.mended(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "I cannae",  # A word of some carers' own.
        "burglars",  # Its neighbour is too rare to be surely meant.
        "thre",  # Too short to say what was meant.
        "midazolam",
        "\U0001f62d\U0001f62d 07700 900123",
        "",
    ],
)
def test_what_may_be_meant_as_it_is_stays(written: str) -> None:
    assert MENDING.mended(written) == written


def test_the_words_lie_beside_the_model() -> None:
    known = Mending.read(Path(__file__).parents[3] / "data/triage/model/words.txt")
    assert known.mended("he is breahting funny, the dirver is red") == "he is breathing funny, the driver is red"


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("breathing often\n", encoding="utf-8")
    with pytest.raises(ValueError, match="often"):
        Mending.read(tmp_path / "words.txt")
