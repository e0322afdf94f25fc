"""What a recogniser makes of a frightened call must still reach somebody: the screen hears no fewer than is on record.

`data/evaluation/heard.jsonl` holds our own lines as typed and as an offline recogniser heard them down a telephone; the
record beside it is renewed, like the lines, by `tests/bench/speech.py`. No recogniser is needed to check it.
"""

from typing import Any

import yaml

from tests.bench import confusions, hearing
from tests.bench.confusions import Spoken

RECORD: dict[str, Any] = yaml.safe_load(hearing.RECORD.read_text(encoding="utf-8"))


def fallen(found: dict[str, float], record: dict[str, Any]) -> list[str]:
    """The figures that are worse than the record by more than processors may differ."""
    return [name for name, share in record["figures"].items() if found[name] < share - record["tolerance"]]


def test_the_screen_hears_as_many_spoken_lines_as_are_on_record() -> None:
    found = hearing.rates(hearing.summary(hearing.judge(confusions.read(hearing.KEPT))))
    assert fallen(found, RECORD) == [], found


def test_hearing_fewer_would_be_noticed() -> None:
    record = {"tolerance": 0.01, "figures": {"page": 0.5, "page_or_ask": 0.7}}
    assert fallen({"page": 0.49, "page_or_ask": 0.9}, record) == []
    assert fallen({"page": 0.48, "page_or_ask": 0.68}, record) == ["page", "page_or_ask"]


def test_words_put_in_left_out_and_changed_are_counted() -> None:
    said = ["he", "is", "not", "breathing"]
    assert confusions.errors(said, said) == 0
    assert confusions.errors(said, ["he", "is", "breathing"]) == 1
    assert confusions.errors(said, ["well", "he", "is", "hot", "breeding"]) == 3
    assert confusions.errors(said, []) == 4


def test_speech_is_handed_on_in_small_letters_and_without_stops() -> None:
    assert confusions.normalised("He’s not, um... breathing!  HELP?") == "he's not um breathing help"
    line = confusions.heard_as(Spoken("a", "choking", "voice", "He's choking.", ""), "He's joking.")
    assert (line.heard, line.wrong) == ("he's joking", 0.5)
