"""The hazard log is complete, and no control in it counts as proven by a test that does not exist."""

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from api import clock
from tests.guards.tree import ROOT

LOG: dict[str, Any] = yaml.safe_load((ROOT / "docs/clinical-safety/hazards.yml").read_text(encoding="utf-8"))
HAZARDS: list[dict[str, Any]] = LOG["hazards"]
IDS = [f"H{number:02}" for number in range(1, 31)]
HEAD = ("owner", "version", "review_date", "status", "sources")
FIELDS = (
    "id", "name", "description", "causes", "effect", "harm", "severity", "likelihood", "controls", "residual", "owner",
    "status",
)  # fmt: skip
SEVERITIES = {"minor", "significant", "considerable", "major", "catastrophic"}
LIKELIHOODS = {"very low", "low", "medium", "high", "very high"}
KINDS = {"design", "test", "training", "business"}
NONE_BUILT = "None of these controls is built."

EXAMPLE_TEST = "tests/guards/test_hazard_log.py::test_a_sound_hazard_is_left_alone"
PROVEN = {"what": "It works.", "kind": "design", "test": EXAMPLE_TEST}
PLANNED = {"what": "It will work.", "kind": "business", "planned": True}


def head_faults(log: dict[str, Any], today: date) -> Iterator[str]:
    """What is missing from the head of the log, which hazards are, and whether its review is overdue."""
    yield from (f"no {name}" for name in HEAD if not log.get(name))
    if [hazard.get("id") for hazard in log.get("hazards", [])] != IDS:
        yield f"the hazards are not {IDS[0]} to {IDS[-1]} in order"
    due = log.get("review_date")
    if due and date.fromisoformat(str(due)) < today:
        yield f"the review was due on {due}"


def hazard_faults(hazard: dict[str, Any]) -> Iterator[str]:
    """What one hazard lacks, and what it claims that is not so."""
    yield from (f"no {name}" for name in FIELDS if not hazard.get(name))
    yield from (f"unknown field {name}" for name in hazard.keys() - set(FIELDS))
    if hazard.get("severity") not in SEVERITIES:
        yield f"unknown severity {hazard.get('severity')}"
    if hazard.get("likelihood") not in LIKELIHOODS:
        yield f"unknown likelihood {hazard.get('likelihood')}"
    controls = hazard.get("controls") or []
    for control in controls:
        yield from control_faults(control)
    says_none = NONE_BUILT in (hazard.get("residual") or "")
    if says_none == any("test" in control for control in controls):
        yield "says that none is built, and one is" if says_none else "none is proven, and `residual` does not say so"


def control_faults(control: dict[str, Any]) -> Iterator[str]:
    """Why one control is neither plainly proven nor plainly planned."""
    what = control.get("what") or "a control without words"
    if not control.get("what") or control.get("kind") not in KINDS:
        yield f"{what}: needs `what` and a `kind`"
    if control.keys() - {"what", "kind", "test", "planned"}:
        yield f"{what}: unknown field"
    if ("test" in control) == ("planned" in control) or control.get("planned", True) is not True:
        yield f"{what}: needs exactly one of `test` and `planned: true`"
    if "test" in control:
        named = named_by(control)
        yield from (f"{what}: there is no {name}" for name in named if not exists(name))
        if not named:
            yield f"{what}: `test` names none"


def named_by(control: dict[str, Any]) -> list[str]:
    """The tests that a control names: one, or a list."""
    named = control["test"] or []
    return [named] if isinstance(named, str) else list(named)


def exists(name: str) -> bool:
    """Whether `tests/path/test_x.py::test_name`, or `::Class::test_name`, is a test that stands there."""
    file, _, inside = name.partition("::")
    path = ROOT / file
    return file.startswith("tests/") and path.is_file() and inside in names_in(path)


@cache
def names_in(path: Path) -> frozenset[str]:
    """The tests of one file, those of a class as `Class::test_name`."""
    return frozenset(_names(ast.parse(path.read_text(encoding="utf-8"))))


def _names(source: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in source.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{name}" for name in _names(node))


def sound(**changes: Any) -> dict[str, Any]:
    """A hazard in which nothing is wrong but the changes."""
    usual: dict[str, Any] = dict.fromkeys(FIELDS, "some words")
    return usual | {"severity": "major", "likelihood": "low", "controls": [PROVEN, PLANNED]} | changes


def test_the_log_has_every_hazard_and_no_overdue_review() -> None:
    assert list(head_faults(LOG, clock.now().date())) == []


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_each_hazard_is_whole_and_claims_no_more_than_is_proven(hazard: dict[str, Any]) -> None:
    assert list(hazard_faults(hazard)) == []


def test_a_missing_hazard_and_an_overdue_review_would_be_noticed() -> None:
    due = date.fromisoformat(str(LOG["review_date"]))
    assert list(head_faults(LOG, due)) == []
    assert list(head_faults(LOG, due + timedelta(days=1))) == [f"the review was due on {due}"]
    assert list(head_faults(LOG | {"hazards": HAZARDS[1:]}, due)) == [
        f"the hazards are not {IDS[0]} to {IDS[-1]} in order"
    ]
    assert list(head_faults(LOG | {"owner": ""}, due)) == ["no owner"]


def test_a_sound_hazard_is_left_alone() -> None:
    assert list(hazard_faults(sound())) == []
    assert list(hazard_faults(sound(controls=[PLANNED], residual=f"{NONE_BUILT} Much remains."))) == []
    assert list(hazard_faults(sound(controls=[PROVEN | {"test": [EXAMPLE_TEST, EXAMPLE_TEST]}]))) == []
    assert exists("tests/bot/inside/check_understanding.py::Encoder::test_a_changed_model_file_is_refused")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"harm": ""}, "no harm"),
        ({"surprise": "x"}, "unknown field surprise"),
        ({"severity": "bad"}, "unknown severity bad"),
        ({"likelihood": "never"}, "unknown likelihood never"),
        ({"controls": [PLANNED]}, "none is proven"),
        ({"residual": NONE_BUILT}, "says that none is built, and one is"),
        ({"controls": [PROVEN, PLANNED | {"kind": "hope"}]}, "needs `what` and a `kind`"),
        ({"controls": [PROVEN | {"planned": True}]}, "exactly one"),
        ({"controls": [PROVEN, {"what": "It works.", "kind": "design"}]}, "exactly one"),
        ({"controls": [PROVEN, PLANNED | {"planned": False}]}, "exactly one"),
        ({"controls": [PROVEN | {"test": []}]}, "`test` names none"),
        ({"controls": [PROVEN | {"test": "tests/guards/test_hazard_log.py::test_none"}]}, "there is no"),
        ({"controls": [PROVEN | {"test": "tests/guards/test_hazard_log.py::exists"}]}, "there is no"),
        ({"controls": [PROVEN | {"test": "tests/guards/test_no_such_file.py::test_none"}]}, "there is no"),
        ({"controls": [PROVEN | {"test": "tests/guards/test_hazard_log.py"}]}, "there is no"),
    ],
)
def test_what_is_wrong_with_a_hazard_would_be_noticed(changes: dict[str, Any], fault: str) -> None:
    found = list(hazard_faults(sound(**changes)))
    assert any(fault in one for one in found), found
