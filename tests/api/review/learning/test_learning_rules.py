"""Whose words a proposal is in, and which release may be put in use."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from api.review.learning import rules
from api.review.learning.schemas import Line
from api.review.schemas import Decided

THEIRS = "Me mam's gone a funny colour, and she won't wake up"


@pytest.mark.parametrize(
    "text",
    [
        "me mams gone a funny colour and she wont wake up",
        "Please: gone a funny colour AND she!",
        "help, me mam's gone a funny colour and she won't wake up, please",
    ],
    ids=["the same but for signs", "five words in a row", "whole inside more"],
)
def test_a_copy_is_seen_however_it_is_written(text: str) -> None:
    assert rules.copied(text, THEIRS)


@pytest.mark.parametrize("text", ["my mother looks grey and I cannot rouse her", "she has gone a funny shade", "mam"])
def test_other_words_are_no_copy(text: str) -> None:
    assert rules.copied(text, THEIRS) == ""


def test_a_short_message_must_not_stand_whole_in_a_rewording() -> None:
    assert rules.copied("hes gone blue, ring somebody", "hes gone blue")
    assert rules.copied("hes gone blue", "Hes gone blue!") == "hes gone blue"
    assert rules.copied("is anybody there, help", "help") == ""


def line(number: str, was: str, now: str, **label: Any) -> tuple[Line, Decided, Decided]:
    message = Line.model_validate({"id": number, "text": "words", **label})
    needs = {"need": label.get("need", "")}
    before, after = (Decided.model_validate({"id": number, "decision": one, **needs}) for one in (was, now))
    return message, before, after


def found(*lines: tuple[Line, Decided, Decided]) -> dict[str, Any]:
    return rules.compared(*map(list, zip(*lines, strict=True)))


GRAVE: Mapping[str, Any] = {"label": "crisis", "priority": "crisis", "category": "choking"}


def test_what_is_gained_and_lost_is_told_line_by_line() -> None:
    made = found(
        line("same", "page", "page", **GRAVE),
        line("gained", "none", "page", **GRAVE),
        line("lost", "page", "ask", **GRAVE),
        line("urgent", "page", "none", label="crisis", priority="urgent"),
        line("alike", "none", "page", label="not_crisis"),
    )
    assert (made["gained"], made["lost"], made["false_pages"]) == (["gained"], ["lost"], [0, 1])
    assert {one["id"]: one["better"] for one in made["changed"]} == {
        "gained": True,
        "lost": False,
        "urgent": False,
        "alike": False,
    }


def test_a_release_that_hears_less_of_what_is_grave_is_barred_and_says_which() -> None:
    (barred,) = rules.obstacles(found(line("c-7", "page", "ask", **GRAVE)), quick=0, unworded=0, is_stale=False)
    assert "c-7" in barred
    calm = found(line("c-7", "ask", "page", **GRAVE))
    assert list(rules.obstacles(calm, quick=0, unworded=0, is_stale=False)) == []


def test_a_miss_bars_every_release_that_would_miss_it_again() -> None:
    for right, now, is_barred in (("page", "ask", True), ("ask", "ask", False), ("ask", "none", True)):
        made = found(line("miss-1", "none", now, **GRAVE, right=right))
        assert bool(list(rules.obstacles(made, quick=0, unworded=0, is_stale=False))) is is_barred


@pytest.mark.parametrize(
    ("quick", "unworded", "is_stale", "says"),
    [
        (40, 0, False, "40 lines"),
        (0, 2, False, "2 missed crises"),
        (0, 1, False, "A missed crisis"),
        (0, 0, True, "again"),
    ],
)
def test_what_else_bars_a_release(quick: int, unworded: int, is_stale: bool, says: str) -> None:
    calm = found(line("c-7", "page", "page", **GRAVE))
    (barred,) = rules.obstacles(calm, quick, unworded, is_stale)
    assert says in barred


def test_more_false_pages_and_fewer_needs_want_a_reason() -> None:
    alike = line("alike", "none", "page", label="not_crisis")
    message, was, _ = line("need", "none", "none", need="respite")
    worse = (message, was, Decided(id="need", decision="none", need="grants"))
    assert list(rules.costs(found(alike, worse))) == ["1 more false page", "1 fewer everyday needs understood"]
    assert list(rules.costs(found(line("c", "none", "page", **GRAVE)))) == []


def test_the_files_of_a_release_stay_as_long_as_anybody_may_need_them() -> None:
    old, lately = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
    found = {
        number: SimpleNamespace(
            id=number, state=state, stirred_at=old, retired_at=None, replaced_id=None, compared_with_id=None
        )
        for number, state in enumerate(
            ("retired", "retired", "retired", "retired", "approved", "failed", "retired", "live", "building", "failed")
        )
    }
    found[7].replaced_id, found[8].compared_with_id, found[3].retired_at = 1, 2, lately

    def gone(newest: int) -> list[int]:
        rows = list(found.values())[::-1]
        return [one.id for one in rules.unneeded(rows, newest, datetime(2026, 11, 20, tzinfo=UTC))]

    assert gone(0) == [9, 6, 5, 0], "in use, before it, approved, being built, compared with and just retired stay"
    assert gone(3) == [9, 5, 0], "builds that failed are none of the newest"
    found[9].stirred_at = lately
    assert gone(100) == [5], "somebody may look why it failed"
