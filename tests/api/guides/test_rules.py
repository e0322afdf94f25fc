"""A guide asks as little as it can and ends with the few statements that fit, told as stories; then for any guide."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.guides import rules
from api.guides.rules import End, Fault, Guide, Period, Question, Reads, Said, Statement, Words, next_step
from tests.api.guides.examples import TODAY, example

GUIDE = example()


def asked(facts: Mapping[str, str]) -> str:
    step = next_step(GUIDE, facts, TODAY)
    assert isinstance(step, rules.Ask)
    return step.question.code


def said(facts: Mapping[str, str], today: date = TODAY, finish: bool = False) -> list[str]:
    step = next_step(GUIDE, facts, today, finish)
    assert isinstance(step, End)
    return [one.id for one in step.statements]


def test_questions_come_in_their_order() -> None:
    assert asked({}) == "nation"
    assert asked({"nation": "wales"}) == "age"
    assert asked({"nation": "wales", "age": "working_age"}) == "very_ill"


def test_nothing_is_asked_that_no_longer_matters() -> None:
    assert said({"nation": "scotland", "age": "pension_age"}) == ["scottish_rules"], "only quick_rules asks how ill"
    assert said({"nation": "wales", "age": "child"}) == ["child_rules", "council"]


def test_the_first_that_fit_are_said_in_order_and_no_more() -> None:
    facts = {"nation": "england", "age": "working_age", "very_ill": "yes"}
    assert said(facts) == ["quick_rules", "council"]
    assert said({**facts, "very_ill": "no"}) == ["council"]


def test_once_enough_fits_what_comes_after_it_is_not_asked_about() -> None:
    words = Words("x", "x", "x")
    sure, later = (Statement(name, {}, words) for name in ("a", "b")), Statement("c", {"q": frozenset({"yes"})}, words)
    question = Question("q", Reads.YES_NO, {}, words)
    guide = Guide("g", "g", ("grants",), 2, (question,), (*sure, later), words, TODAY)
    assert isinstance(next_step(guide, {}, TODAY), End)


def test_unsure_is_an_answer_and_fits_only_what_names_it() -> None:
    assert said({"nation": "unsure", "age": "working_age"}) == ["otherwise"]
    assert asked({"nation": "unsure"}) == "age", "there may be a child"


def test_when_nothing_fits_the_guide_says_so_in_its_own_words() -> None:
    step = next_step(GUIDE, {"nation": "unsure", "age": "unsure"}, TODAY)
    assert step == End((Said("otherwise", GUIDE.otherwise),))


def test_whoever_wants_no_more_questions_gets_what_fits_what_is_known() -> None:
    assert said({"nation": "wales"}, finish=True) == ["council"]
    assert said({}, finish=True) == ["otherwise"]


@pytest.mark.parametrize(
    ("day", "current"),
    [
        (date(2026, 4, 5), False),
        (date(2026, 4, 6), True),
        (date(2027, 4, 5), True),
        (date(2027, 4, 6), False),
    ],
)
def test_a_statement_out_of_its_dates_names_no_amount(day: date, current: bool) -> None:
    step = next_step(GUIDE, {"nation": "wales", "age": "working_age", "very_ill": "yes"}, day)
    assert isinstance(step, End)
    assert step.statements[0].out_of_date is not current
    assert ("100 pounds" in step.statements[0].words.sms) is current


def test_facts_that_the_guide_does_not_know_are_named() -> None:
    assert rules.unknown(GUIDE, {"nation": "wales", "age": "unsure", "very_ill": "no"}) == []
    assert rules.unknown(GUIDE, {"nation": "france", "age": "1", "shoes": "yes"}) == ["nation", "age", "shoes"]


def test_what_staff_must_look_at() -> None:
    def found(today: date) -> list[tuple[Fault, str]]:
        return [(one.fault, one.about) for one in rules.findings([GUIDE], today)]

    assert found(TODAY) == []
    assert found(date(2027, 3, 6)) == [(Fault.SOON, "example:quick_rules")]
    assert found(date(2027, 4, 27)) == [(Fault.PAST, "example:quick_rules"), (Fault.REVIEW, "example")]
    assert found(date(2026, 4, 1)) == [(Fault.EARLY, "example:quick_rules")]


FACTS = ("a", "b", "c", "d", "e", "f")
ANSWERS = st.sampled_from(["yes", "no", "unsure"])
DAYS = st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3))
WHEN = st.dictionaries(st.sampled_from(FACTS), st.frozensets(ANSWERS, min_size=1), max_size=4)


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    """Any guide of yes-and-no questions."""
    words, instead = Words("now", "now", "now"), Words("instead", "instead", "instead")
    statements = []
    for number, when in enumerate(draw(st.lists(WHEN, max_size=8))):
        days = draw(st.none() | st.tuples(DAYS, DAYS))
        valid = Period(min(days), max(days)) if days else None
        statements.append(Statement(f"s{number}", when, words, valid, instead if valid else None))
    questions = tuple(Question(fact, Reads.YES_NO, {}, words) for fact in FACTS)
    return Guide("g", "g", ("grants",), draw(st.integers(1, 3)), questions, tuple(statements), words, TODAY)


def walked(guide: Guide, answers: Mapping[str, str]) -> tuple[dict[str, str], End]:
    """What was asked for and how it ended."""
    facts: dict[str, str] = {}
    for _ in range(rules.MOST_QUESTIONS + 1):
        step = next_step(guide, facts, TODAY)
        if isinstance(step, End):
            return facts, step
        assert step.question.code not in facts, "nothing is asked twice"
        facts[step.question.code] = answers[step.question.code]
    raise AssertionError("it does not end")


@given(guides(), st.fixed_dictionaries(dict.fromkeys(FACTS, ANSWERS)))
def test_any_guide_ends_after_six_questions_at_most_with_what_it_would_say_if_it_knew_all(
    guide: Guide, answers: dict[str, str]
) -> None:
    facts, end = walked(guide, answers)
    assert 1 <= len(end.statements) <= guide.at_most
    meant = [one.on(TODAY) for one in guide.statements if one.fits(answers)][: guide.at_most]
    assert end.statements == (tuple(meant) or (Said("otherwise", guide.otherwise),))
    by_id = {one.id: one for one in guide.statements}
    for one in end.statements:
        statement = by_id.get(one.id)
        if statement is not None:
            assert all(facts[name] in wanted for name, wanted in statement.when.items())
            expired = statement.valid is not None and not statement.valid.first <= TODAY <= statement.valid.last
            assert one.words.sms == ("instead" if expired else "now")
