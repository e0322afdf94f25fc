"""How well yes and no are understood is on record, and no change to their words may make it worse.

`data/evaluation/answers.tsv` holds answers to "Do you need a nurse now?" (nurse) and to the question about a life
(life) by two hands that saw nothing of each other's work or of ours: forty that mean yes, forty no and forty neither
for each. The words of `data/triage/yes_and_no.yml` were chosen with hand a in sight; who chooses them reads no b.
"""

import csv
from collections import Counter
from functools import cache

import pytest

from api.conversations.asking import ABOUT_A_LIFE, plain_answer, understood
from api.triage import screening
from api.triage.grading import Decision
from tests.guards.test_recall import EVALUATION, RECORD

PAGE, NO, OPEN = "page", "no", "open"
ASKED = {"nurse": "nurse_now", "life": ABOUT_A_LIFE}


def _outcome(question: str, text: str) -> str:
    """What an answer leads to: a page, no more asking, or a question that stays open (and may page when time is up)."""
    grade, plain = screening.grade(text), plain_answer(text)
    if grade.decision == Decision.PAGE and plain is None:
        return PAGE
    said = understood(ASKED[question], text, grade)
    if (meant := plain if said is None else said) is None:
        return PAGE if grade.decision == Decision.ASK else OPEN  # A second message that may be danger pages.
    return PAGE if meant else NO


@cache
def counted() -> Counter[tuple[str, str, str]]:
    """How many answers of each hand, question and meaning led to what: (hand, "nurse yes", "page")."""
    with (EVALUATION / "answers.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return Counter(
        (row["hand"], f"{row['question']} {row['meaning']}", _outcome(row["question"], row["text"])) for row in rows
    )


def counts(hand: str) -> dict[str, int]:
    """How many yeses brought a nurse, how many noes closed the question, and how much else was taken for a no."""
    wanted = {"yes": PAGE, "no": NO, "other": NO}
    return {
        f"{question} {meaning}": counted()[hand, f"{question} {meaning}", outcome]
        for question in ("nurse", "life")
        for meaning, outcome in wanted.items()
    }


def worse(found: dict[str, int], record: dict[str, int]) -> list[str]:
    """What has become worse by more than one, as processors may differ."""
    sign = {name: -1 if name.endswith("other") else 1 for name in record}
    return [name for name in record if sign[name] * (record[name] - found[name]) > 1]


@pytest.mark.parametrize("hand", ["a", "b"])
def test_yes_and_no_are_understood_no_worse_than_is_on_record(hand: str) -> None:
    assert worse(counts(hand), RECORD["answers"][hand]) == [], counts(hand)


def test_understanding_less_would_be_noticed() -> None:
    record = {"nurse yes": 9, "nurse other": 1}
    assert worse(record, record) == []
    assert worse({"nurse yes": 7, "nurse other": 3}, record) == list(record)


def test_no_yes_is_taken_for_a_no() -> None:
    assert [key for key in counted() if key[1].endswith(" yes") and key[2] == NO] == []
