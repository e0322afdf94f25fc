"""The learned screen's files belong together, and what it is judged on was never what it was taught."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from api import clock
from api.triage.grading import CANNOT_WAIT, UNSURE
from api.triage.schemas import ModelCard
from api.triage.service import load
from scripts.screen import messages
from tests.guards.tree import ROOT

TRIAGE = ROOT / "data/triage"
CARD = ModelCard.model_validate(yaml.safe_load((TRIAGE / "model/card.yml").read_text(encoding="utf-8")))
# What was heard of some of the same lines down a telephone is no set of its own.
SETS = sorted(path for path in (ROOT / "data/evaluation").glob("*.jsonl") if path.stem != "heard")
LARGEST = 30_000_000  # Bytes.
LEAST_JUDGED = 1_500


def bare(text: str) -> str:
    """A message without case, stops and spaces, so that a near copy is seen."""
    return re.sub(r"[^a-z0-9]", "", text.lower()) or text.strip()


def judged() -> Iterator[str]:
    for path in SETS:
        yield from (json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines())


def taught(folder: Path = messages.MESSAGES) -> set[str]:
    """What the screen is taught."""
    return {bare(one.text) for one in messages.read(folder)}


def test_the_model_was_trained_from_the_messages_that_lie_beside_it() -> None:
    assert messages.fingerprint() == CARD.messages_sha256, "the messages changed: run `make screen`"


def test_it_knows_every_category_that_a_message_can_open() -> None:
    known = {code for code in load(TRIAGE).categories if code not in ("not_understood", UNSURE, CANNOT_WAIT)}
    assert set(CARD.labels[2:]) == known
    assert tuple(CARD.labels[:2]) == messages.QUIET


def test_it_asks_before_it_pages() -> None:
    assert CARD.ask_at <= CARD.page_if_unanswered_at <= CARD.page_at


def test_it_is_small_enough_to_be_kept_in_the_repository() -> None:
    assert (TRIAGE / "model/model.onnx").stat().st_size < LARGEST


def test_its_review_is_not_overdue() -> None:
    assert CARD.review_date > clock.now().date() > date(2026, 1, 1)


def test_no_line_that_it_is_judged_on_was_taught_to_it() -> None:
    lines = [bare(text) for text in judged()]
    assert len(lines) >= LEAST_JUDGED
    assert len(set(lines)) == len(lines)
    assert set(lines) & taught() == set()


def test_a_line_in_both_would_be_noticed(tmp_path: Path) -> None:
    some = next(judged())
    (tmp_path / "choking.tsv").write_text(f"+\tsms\t{some.upper()}!\n", encoding="utf-8")
    assert bare(some) in taught(tmp_path)
