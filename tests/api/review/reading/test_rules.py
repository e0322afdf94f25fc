"""What transcripts may be searched by."""

from datetime import UTC, datetime

import pytest

from api.review.reading import rules
from api.review.reading.rules import Filters, read, typed
from api.review.reading.transcript import service as transcripts
from api.triage import service as triage


def test_a_search_is_read_as_it_was_typed_and_written_down_again() -> None:
    written = {
        "words": "her breathing", "channel": "sms", "need": "grants", "category": "choking", "priority": "P1S",
        "outcome": "visit_arranged", "language": "pl", "team": "demo", "fewest": "2", "most": "40",
        "since": "2026-06-01", "until": "2026-06-30", "person": "1", "paged": "1", "asked": "1", "not_understood": "1",
    }  # fmt: skip
    asked = read(written)
    assert typed(asked) == written
    assert set(written) == set(rules.FIELDS), "every field that may be searched by"
    assert asked.marks == [
        "need:grants",
        "category:choking",
        "priority:P1S",
        "outcome:visit_arranged",
        "language:pl",
        "person",
        "paged",
        "asked",
    ]
    assert asked.any_of == ["need:nlu_fallback", "need:not_that", "need:out_of_scope"]
    # Days are days on a UK clock, in summer an hour ahead; the last one is included.
    assert asked.from_moment == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert asked.to_moment == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_what_makes_no_sense_or_may_not_be_searched_by_is_left_out() -> None:
    strange = {"channel": "pigeon", "need": "a'b", "person": "yes", "since": "May", "fewest": "-1", "most": "1" * 9}
    assert read({**strange, "address": "07700900001", "contact_number": "x", "words": "  a\x00b "}) == Filters(
        words="a b"
    )
    assert len(read({"words": "x" * 999}).words) == rules.WORDS_LIMIT


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"since": "May"}, "since"),
        ({"until": "2026-02-30"}, "until"),
        ({"since": "2026-06-02", "until": "2026-06-01"}, "until"),
        ({"fewest": "few"}, "fewest"),
        ({"fewest": "5", "most": "4"}, "most"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(written: dict[str, str], field: str) -> None:
    assert list(rules.errors(written, hides=False)) == [field]
    assert rules.errors({"since": "2026-06-01", "until": "2026-06-01", "fewest": "4"}, hides=False) == {}


def test_who_is_hidden_cannot_be_searched_for() -> None:
    assert list(rules.errors({"words": "07700 900001"}, hides=True)) == ["words"]


def test_readers_are_warned_of_what_is_hard_by_categories_that_there_are() -> None:
    assert transcripts.warnings(["category:suicidal_carer", "category:expected_death", "paged"]) == [
        "suicide",
        "a death",
    ]
    assert transcripts.warnings(["category:choking", "need:grants"]) == []
    named = {code for one in transcripts.hard_content() for code in one.categories}
    assert named <= set(triage.protocol().categories)
