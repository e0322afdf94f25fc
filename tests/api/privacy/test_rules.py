"""Whom a number means, by what traces somebody is found in other people's texts, and a proof that tells nothing."""

import pytest

from api.privacy import rules
from api.privacy.erasing.rules import fingerprint, tells, traces, without
from api.privacy.retention import rules as retention
from api.privacy.retention.schemas import RuleFile

KNOWN = traces(["+447700900001"], ["its Margaret"], ["hes stopped breathing", "yes"])
RULE = {
    "kind": "a_kind", "carers": True, "title": "Some", "tables": [], "days": 5, "counted_from": "x", "action": "delete",
    "why": "y", "sources": ["z"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900001", "+447700900001"),
        ("+44 7700 900001", "+447700900001"),
        ("00447700900001", "+447700900001"),
        ("hello", None),
        ("12", None),
    ],
)
def test_a_number_is_the_same_however_it_is_typed(typed: str, number: str | None) -> None:
    assert rules.number(typed) == number


@pytest.mark.parametrize(
    ("words", "is_about"),
    [
        ("MARGARET rang again", True),
        ("rang from 07700 900-001", True),
        ("+44 7700 900 001 asks", True),
        ("00447700900001", True),
        ("They said: Hes  stopped breathing", True),
        ("margarets", False),
        ("its quiet, yes", False),
        ("07700 900002", False),
    ],
)
def test_a_text_is_about_somebody_if_it_holds_their_number_name_or_words(words: str, is_about: bool) -> None:
    assert tells(words, KNOWN) is is_about


def test_a_sheet_without_somebody_says_how_many_entries_went() -> None:
    sheet = {
        "team": "Demo", "escalations": [{"id": "a"}, {"id": "b"}], "conversations": [{"id": "c"}], "others": [],
        "tasks": [{"id": "t"}], "deaths": [], "switches": [{"kind": "x"}],
    }  # fmt: skip
    once, gone = without(sheet, {"a", "c"})
    assert (gone, once["erased"], once["escalations"], once["conversations"]) == (2, 2, [{"id": "b"}], [])
    twice, gone = without(once, {"t"})
    assert (gone, twice["erased"], twice["switches"]) == (1, 3, [{"kind": "x"}])
    assert without(twice, {"z"})[1] == 0


def test_a_proof_is_of_one_number_and_one_key() -> None:
    proof = fingerprint("+447700900001", "a key")
    assert proof == fingerprint("+447700900001", "a key")
    assert len({proof, fingerprint("+447700900001", "another"), fingerprint("+447700900002", "a key")}) == 3
    assert "7700900001" not in proof


@pytest.mark.parametrize(("action", "days"), [("delete", None), ("blank", None), ("keep", 5), ("elsewhere", 5)])
def test_days_stand_where_something_is_done_and_nowhere_else(action: str, days: int | None) -> None:
    with pytest.raises(ValueError, match="days are needed"):
        RuleFile.model_validate({**RULE, "action": action, "days": days})
    assert RuleFile.model_validate(RULE).action == retention.Action.DELETE
