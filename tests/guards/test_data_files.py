"""Whatever a clinician or an information officer may edit has an owner, a version and a review that is not overdue."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from api import clock
from api.paging import service as paging
from api.triage.rules import Priority
from tests.guards.tree import ROOT

DATA = ROOT / "data"
NEEDED = ("owner", "version", "review_date")
# Rasa reads these folders itself and allows no members of ours; the demonstration staff are nobody's to review.
NOT_OURS = ("nlu", "rules", "demo", "evaluation")
# What all categories of danger share has the owner, version and review date of the protocol as a whole.
SHARED = {"words.yml": "priorities.yml", "spelling.yml": "priorities.yml"}


def data_files() -> list[Path]:
    return sorted(path for path in DATA.rglob("*.yml") if path.relative_to(DATA).parts[0] not in NOT_OURS)


def answerable(path: Path) -> Path:
    """The file that says whose this one is: itself, or for a part such as `choking.words.yml` the whole."""
    whole = f"{path.name.split('.')[0]}.yml"
    return path.with_name(SHARED.get(path.name, whole))


def faults(document: dict[str, Any], today: date) -> Iterator[str]:
    """What is missing from the head of a file, and whether its review is overdue."""
    yield from (f"no {name}" for name in NEEDED if not document.get(name))
    due = document.get("review_date")
    if due and date.fromisoformat(str(due)) < today:
        yield f"the review was due on {due}"


@pytest.mark.parametrize("path", data_files(), ids=lambda path: str(path.relative_to(DATA)))
def test_a_data_file_has_an_owner_and_no_overdue_review(path: Path) -> None:
    document = yaml.safe_load(answerable(path).read_text(encoding="utf-8"))
    assert list(faults(document, clock.now().date())) == []


def test_a_missing_owner_and_an_overdue_review_would_be_noticed() -> None:
    today = date(2026, 11, 23)
    good = {"owner": "somebody", "version": 1, "review_date": today}
    assert list(faults(good, today)) == []
    assert list(faults(good | {"owner": ""}, today)) == ["no owner"]
    assert list(faults(good | {"review_date": today - timedelta(days=1)}, today)) == [
        "the review was due on 2026-11-22"
    ]
    assert len(list(faults({}, today))) == len(NEEDED)


@pytest.mark.parametrize("path", sorted((DATA / "teams").glob("*.yml")), ids=lambda path: path.stem)
def test_every_team_has_a_usable_ladder_for_every_priority(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert document["code"] == path.stem
    for priority in Priority:
        assert paging.ladder(path.stem, priority).steps


def test_all_examples_of_numbers_are_from_the_range_kept_for_drama() -> None:
    """https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama"""
    demo = (DATA / "demo/staff.yml").read_text("utf-8") + (DATA / "teams/demo.yml").read_text("utf-8")
    numbers = [word.strip('",{}') for word in demo.split() if word.strip('",{}').startswith("+44")]
    assert numbers
    assert [number for number in numbers if not number.startswith("+447700900")] == []
