"""What the tests of triage share: the protocol that is in the repository, and small ones made for one test."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from api.triage.rules import Protocol
from api.triage.service import load

DATA = Path(__file__).parents[3] / "data" / "triage"

CATEGORY = {
    "code": "choking",
    "title": "Choking",
    "group": "life_threat",
    "priority": "P0",
    "about": "patient",
    "status": "draft for clinical review",
    "owner": "Somebody",
    "version": "1.0.0",
    "review_date": date(2030, 1, 1).isoformat(),
    "sources": ["https://example.org"],
    "instruction": {"sms": "Ring 999.", "web": "Ring 999.", "voice": "Ring 999."},
    "tell_nurse": ["what it was"],
    "phrases": [{"say": "choking", "hit": ["he is choking"], "near_miss": ["he is fine"]}],
}


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The protocol of data/triage."""
    return load(DATA)


@pytest.fixture
def with_category(tmp_path: Path) -> Callable[..., Path]:
    """A function that makes a directory like data/triage with one category, changed as its arguments say."""

    def make(**changes: object) -> Path:
        for name in ("priorities.yml", "words.yml", "spelling.yml", "yes_and_no.yml"):
            (tmp_path / name).write_text((DATA / name).read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "categories").mkdir(exist_ok=True)
        text = yaml.safe_dump(CATEGORY | changes, sort_keys=False)
        (tmp_path / "categories" / "choking.yml").write_text(text, encoding="utf-8")
        return tmp_path

    return make
