"""How well masking hides who is in a text is on record, and no change may make it worse.

The record, `data/evaluation/masking.yml`, is renewed by `.venv/bin/python -m tests.bench.masking`. Numbers by which the
NHS or anybody with a telephone finds a person must be hidden nearly always, whatever the record says.
"""

from functools import cache
from typing import Any

import pytest
import yaml

from api.masking.rules import Kind, Span
from tests.bench import masking
from tests.bench.masking import Judged, Labelled

LEAST = {"nhs_number": 0.99, "phone": 0.99}  # Recall.


@cache
def found(name: str) -> dict[str, dict[str, Any]]:
    """The figures of one set as they are now."""
    return masking.figures(masking.judge(masking.read(name)))


def worse(now: dict[str, dict[str, Any]], then: dict[str, dict[str, Any]], tolerance: float) -> list[str]:
    """The figures that have fallen under the record."""
    return [
        f"{kind}: {what}"
        for kind, figures in then.items()
        for what in ("recall", "precision")
        if now[kind][what] < figures[what] - tolerance
    ]


@pytest.mark.parametrize("name", masking.SETS)
def test_masking_finds_no_less_and_hides_no_more_for_nothing_than_is_on_record(name: str) -> None:
    record = yaml.safe_load(masking.RECORD.read_text(encoding="utf-8"))
    assert worse(found(name), record["figures"][name], record["tolerance"]) == [], found(name)


@pytest.mark.parametrize("name", masking.SETS)
@pytest.mark.parametrize("kind", LEAST)
def test_numbers_that_lead_to_somebody_are_nearly_always_hidden(kind: str, name: str) -> None:
    assert found(name)[kind]["recall"] >= LEAST[kind]


def test_the_labels_point_at_what_they_say() -> None:
    for line in (one for name in masking.SETS for one in masking.read(name)):
        for span in line.spans:
            assert 0 <= span.start < span.end <= len(line.text), line.id
            assert line.text[span.start : span.end].strip() == line.text[span.start : span.end], line.id


def test_finding_half_a_number_and_hiding_for_nothing_would_be_noticed() -> None:
    number, name = Span(0, 12, Kind.PHONE), Span(16, 20, Kind.NAME)
    line = Labelled("a", "07700 900123 is Dave now", (number, name))
    half = Judged(line, (Span(0, 5, Kind.PHONE), Span(16, 20, Kind.NAME), Span(21, 24, Kind.NAME)))
    now = masking.figures([half])
    assert (now["phone"]["recall"], now["phone"]["precision"]) == (0.0, 1.0)
    assert (now["name"]["recall"], now["name"]["precision"]) == (1.0, 0.5)
    assert masking.faults([half]) == ["a missed phone: 07700 900123", "a hid as name: now"]
    better = masking.figures([Judged(line, (number, name))])
    assert worse(now, better, 0.0) == [
        "name: precision",
        "phone: recall",
        "all: recall",
        "all: precision",
    ]
