"""How well the screen hears the development set is on record, and no change may make it hear worse.

The record, `data/evaluation/recorded.yml`, is renewed with every new model or phrase: the figures are those of
phrases and learned screen together, without the assistant, so that they need no training to be checked.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from api.review import rules
from api.review.schemas import Decided, LabelledMessage
from api.review.service import decide, read
from tests.guards.tree import ROOT

EVALUATION = ROOT / "data/evaluation"
RECORD: dict[str, Any] = yaml.safe_load((EVALUATION / "recorded.yml").read_text(encoding="utf-8"))
UNASKED = {"intent": "", "ranking": []}


def judge(path: Path) -> tuple[list[LabelledMessage], list[Decided]]:
    messages = read(path)
    return messages, [decide(message, UNASKED) for message in messages]


@cache
def figures() -> dict[str, float]:
    """Each recorded figure as it is now."""
    crises = rules.summary(*judge(EVALUATION / "crises.jsonl"))
    everyday = rules.summary(*judge(EVALUATION / "everyday.jsonl"))["everyday"]
    grave = crises["recall"]["emergency and crisis"]
    return {
        "page": grave["page"]["share"],
        "page_or_ask": grave["page_or_ask"]["share"],
        "false_pages_on_look_alikes": crises["look_alikes"]["page"]["share"],
        "false_asks_on_look_alikes": crises["look_alikes"]["ask"]["share"],
        "false_pages_on_everyday": everyday["page"]["share"],
        "false_asks_on_everyday": everyday["ask"]["share"],
    }


def worse(found: dict[str, float], record: dict[str, float], tolerance: float) -> list[str]:
    """The figures that have become worse than the record by more than processors may differ."""
    fallen = [name for name in record if not name.startswith("false") and found[name] < record[name] - tolerance]
    return fallen + [name for name in record if name.startswith("false") and found[name] > record[name] + tolerance]


def test_the_screen_hears_no_worse_than_is_on_record() -> None:
    assert worse(figures(), RECORD["figures"], RECORD["tolerance"]) == [], figures()


def test_hearing_less_and_crying_wolf_would_be_noticed() -> None:
    record = {"page": 0.9, "false_pages_on_everyday": 0.01}
    assert worse(record, record, 0.0) == []
    assert worse({"page": 0.89, "false_pages_on_everyday": 0.02}, record, 0.005) == list(record)
