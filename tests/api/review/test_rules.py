"""The figures of an evaluation, worked out by hand."""

import pytest

from api.review.rules import needs, printed, share, summary
from api.review.schemas import Decided, LabelledMessage


def line(number: int, decision: str, **label: str) -> tuple[LabelledMessage, Decided]:
    message = LabelledMessage.model_validate({"id": str(number), "text": "words", **label})
    return message, Decided.model_validate({"id": str(number), "decision": decision})


def test_a_share_comes_with_its_interval() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263.
    found = share(81, 263)
    assert (found["share"], found["from"], found["to"]) == pytest.approx((0.308, 0.2553, 0.3662), abs=0.0001)


def test_even_without_a_miss_the_interval_stays_honest() -> None:
    found = share(300, 300)
    assert found["share"] == 1
    assert found["from"] == pytest.approx(0.9874, abs=0.0001)


def test_nothing_to_judge_is_no_share() -> None:
    assert share(0, 0)["share"] is None


def test_recall_counts_emergencies_and_crises_and_names_what_was_missed() -> None:
    pairs = [
        line(1, "page", label="crisis", priority="emergency", category="choking"),
        line(2, "ask", label="crisis", priority="crisis", category="choking"),
        line(3, "none", label="crisis", priority="crisis", category="seizure"),
        line(4, "none", label="crisis", priority="urgent", category="out_of_medicine"),
        line(5, "page", label="not_crisis", category="choking"),
        line(6, "none", label="not_crisis", category="choking"),
        line(7, "ask", need="respite"),
    ]
    found = summary(*zip(*pairs, strict=True))
    grave = found["recall"]["emergency and crisis"]
    assert (grave["page"]["hits"], grave["page_or_ask"]["hits"], grave["page"]["n"]) == (1, 2, 3)
    assert found["recall"]["all crises"]["page"]["n"] == 4
    assert found["missed"] == ["3"]
    assert found["look_alikes"]["page"]["share"] == 0.5
    assert found["everyday"]["ask"]["share"] == 1
    assert found["by_category"]["choking"]["page_or_ask"]["hits"] == 2
    assert any("missed: 3" in said for said in printed(found))


def test_needs_are_right_when_the_first_guess_is() -> None:
    pairs = [line(number, "none", need=need) for number, need in enumerate(("respite", "respite", "grants"))]
    guesses = (["respite"], ["grants", "respite"], ["grants"])
    guessed = [made.model_copy(update={"need": g[0], "needs": g}) for (_, made), g in zip(pairs, guesses, strict=True)]
    found = needs(list(zip((message for message, _ in pairs), guessed, strict=True)))
    assert found["accuracy"]["hits"] == 2
    assert found["best_three"]["hits"] == 3
    assert found["macro_f1"] == pytest.approx(2 / 3, abs=0.001)


@pytest.mark.parametrize("labels", [{}, {"label": "crisis", "need": "respite"}])
def test_a_line_has_a_label_or_a_need(labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either a label or a need"):
        LabelledMessage.model_validate({"id": "1", "text": "words", **labels})
