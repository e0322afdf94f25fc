"""How well the screen hears what it is judged on is on record, and no change may make it hear worse.

The record, `data/evaluation/recorded.yml`, is renewed with every new model or phrase: the figures are those of
phrases and learned screen together, without the assistant, so that they need no training to be checked.

`crises.jsonl` and `everyday.jsonl` are the development set, whose misses are read. Nobody reads the lines of
`unread.jsonl`, so its figures say what a new set would say. Whoever reads one of them moves it to the others. The lines
of `hard.jsonl` were asked for in one hard manner each, and the dangers that were missed in it have been read.
"""

from functools import cache
from typing import Any

import pytest
import yaml

from api.review import rules
from api.review.service import decide, read
from tests.guards.tree import ROOT

EVALUATION = ROOT / "data/evaluation"
RECORD: dict[str, Any] = yaml.safe_load((EVALUATION / "recorded.yml").read_text(encoding="utf-8"))
UNASKED = {"intent": "", "ranking": []}


SETS = {"figures": ("crises.jsonl", "everyday.jsonl"), "unread": ("unread.jsonl",), "hard": ("hard.jsonl",)}


@cache
def figures(name: str = "figures") -> dict[str, float]:
    """Each recorded figure of a set as it is now."""
    messages = [one for file in SETS[name] for one in read(EVALUATION / file)]
    found = rules.summary(messages, [decide(one, UNASKED) for one in messages])
    grave, look_alikes, everyday = found["recall"]["emergency and crisis"], found["look_alikes"], found["everyday"]
    return {
        "page": grave["page"]["share"],
        "page_or_ask": grave["page_or_ask"]["share"],
        "false_pages_on_look_alikes": look_alikes["page"]["share"],
        "false_asks_on_look_alikes": look_alikes["ask"]["share"],
        "false_pages_on_everyday": everyday["page"]["share"],
        "false_asks_on_everyday": everyday["ask"]["share"],
    }


def worse(found: dict[str, float], record: dict[str, float], tolerance: float) -> list[str]:
    """The figures that have become worse than the record by more than processors may differ."""
    fallen = [name for name in record if not name.startswith("false") and found[name] < record[name] - tolerance]
    return fallen + [name for name in record if name.startswith("false") and found[name] > record[name] + tolerance]


@pytest.mark.parametrize("name", SETS)
def test_the_screen_hears_no_worse_than_is_on_record(name: str) -> None:
    assert worse(figures(name), RECORD[name], RECORD["tolerance"]) == [], figures(name)


def test_hearing_less_and_crying_wolf_would_be_noticed() -> None:
    record = {"page": 0.9, "false_pages_on_everyday": 0.01}
    assert worse(record, record, 0.0) == []
    assert worse({"page": 0.89, "false_pages_on_everyday": 0.02}, record, 0.005) == list(record)
