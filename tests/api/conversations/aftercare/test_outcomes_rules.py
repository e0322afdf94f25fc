"""Which calls for help have an outcome later, when it is overdue, what must be said, and what the file must say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from api.conversations.aftercare.outcomes import service
from api.conversations.aftercare.outcomes.rules import NOTE_LIMIT, Due, is_overdue, is_wanted, problems
from api.escalations.rules import Outcome
from tests.guards.tree import ROOT

PATH = ROOT / "data/outcomes.yml"
FILE = service.load(PATH)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("contacted", "outcome", "ladder_used_up", "is_so"),
    [
        (True, Outcome.ADVICE, False, True),
        (True, Outcome.DIED, False, True),
        (False, Outcome.NOT_REACHED, False, True),
        (False, Outcome.STOOD_DOWN, True, True),
        (False, Outcome.STOOD_DOWN, False, False),
        (False, Outcome.NO_HELP_NEEDED, False, False),
    ],
)
def test_after_contact_or_where_nobody_was_reached(
    contacted: bool, outcome: Outcome, ladder_used_up: bool, is_so: bool
) -> None:
    assert is_wanted(contacted, outcome, ladder_used_up) is is_so


def test_a_day_and_a_week_and_when_that_is_overdue() -> None:
    assert FILE.after == {Due.DAY: timedelta(hours=24), Due.WEEK: timedelta(days=7)}
    assert not is_overdue(Due.DAY, NOW - timedelta(hours=23), FILE, NOW)
    assert is_overdue(Due.DAY, NOW - timedelta(hours=24), FILE, NOW)
    assert not is_overdue(Due.WEEK, NOW - timedelta(hours=24), FILE, NOW)
    assert {code for code, word in FILE.words.items() if word.death} == {
        "died_as_wished",
        "died_at_home",
        "died_elsewhere",
    }


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (("settled", "no", ""), set()),
        (("settled", "not_known", "x" * NOTE_LIMIT), set()),
        (("", "", ""), {"outcome", "avoidable"}),
        (("cured", "perhaps", "x" * (NOTE_LIMIT + 1)), {"outcome", "avoidable", "note"}),
    ],
)
def test_what_must_be_said(typed: tuple[str, str, str], fields: set[str]) -> None:
    assert set(problems(*typed, FILE)) == fields


@pytest.mark.parametrize(("name", "value"), [("due", {"24h": 24}), ("due", {"24h": 0, "7d": 168}), ("outcomes", {})])
def test_a_file_without_its_times_or_words_is_refused(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "outcomes.yml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(PATH.read_text("utf-8")), name: value}), encoding="utf-8")
    with pytest.raises(ValidationError):
        service.load(path)
