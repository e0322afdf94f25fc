"""When and whom the survey asks: never in the night, never twice, never after a death; and what is a plain answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from api.conversations.aftercare.files import service as files
from api.conversations.aftercare.rules import Answer, Carer, Question, WhyNot, answer, asks, is_understood, why_not
from api.conversations.asking import plain_answer
from api.conversations.rules import Keyword, keyword
from api.errors import BadData
from api.rota.rules import UK
from api.triage import screening
from api.triage.grading import Decision
from tests.guards.tree import ROOT

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FILE = files.load(ROOT / "data/aftercare.yml")
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
STILL = Carer(there=True, still_since=NOON - 25 * HOUR)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(), timedelta(days=100))


@pytest.mark.parametrize(
    ("carer", "why"),
    [
        (STILL, None),
        (replace(STILL, there=False), WhyNot.NOT_THERE),
        (replace(STILL, opted_out=True), WhyNot.OPTED_OUT),
        (replace(STILL, died=True), WhyNot.DIED),
        (replace(STILL, watched=True), WhyNot.WATCHED),
        (replace(STILL, never_after=True), WhyNot.NEVER_AFTER),
        (replace(STILL, asked_at=NOON - 89 * DAY), WhyNot.ASKED_BEFORE),
        (replace(STILL, asked_at=NOON - 90 * DAY), None),
        (replace(STILL, held=True), WhyNot.HELD),
        (replace(STILL, call_open=True), WhyNot.CALL_OPEN),
        (replace(STILL, task_open=True), WhyNot.TASK_OPEN),
        (replace(STILL, question_open=True), WhyNot.QUESTION_OPEN),
        (replace(STILL, switched=True), WhyNot.SWITCHED),
        (replace(STILL, still_since=NOON - 23 * HOUR), WhyNot.NOT_STILL),
        (replace(STILL, still_since=NOON - 24 * HOUR), None),
        (replace(STILL, still_since=NOON - 72 * HOUR), WhyNot.TOO_LATE),
        (replace(STILL, died=True, call_open=True), WhyNot.DIED),
    ],
)
def test_who_is_asked_at_noon(carer: Carer, why: WhyNot | None) -> None:
    assert why_not(carer, FILE.timing, NOON) is why


@pytest.mark.parametrize(
    ("hour", "why"),
    [
        ((2026, 11, 26, 9, 59), WhyNot.WRONG_HOUR),
        ((2026, 11, 26, 10, 0), None),
        ((2026, 11, 26, 18, 59), None),
        ((2026, 11, 26, 19, 0), WhyNot.WRONG_HOUR),
        ((2026, 7, 1, 9, 0), None),  # Ten by the clock on the wall: it is summer.
        ((2026, 7, 1, 18, 30), WhyNot.WRONG_HOUR),
    ],
)
def test_only_by_day_on_a_uk_clock(hour: tuple[int, ...], why: WhyNot | None) -> None:
    now = datetime(*hour, tzinfo=UTC)  # type: ignore[misc,arg-type]
    assert why_not(replace(STILL, still_since=now - 30 * HOUR), FILE.timing, now) is why


@given(moments, spans)
def test_never_in_the_night(now: datetime, still: timedelta) -> None:
    if why_not(Carer(there=True, still_since=now - still), FILE.timing, now) is None:
        assert 10 <= now.astimezone(UK).hour < 19
        assert DAY <= still < 3 * DAY


@given(moments, st.lists(st.timedeltas(HOUR, 40 * DAY), min_size=2, max_size=40))
def test_never_twice_in_90_days(start: datetime, waits: list[timedelta]) -> None:
    asked: list[datetime] = []
    now = start
    for wait in waits:
        now += wait
        last = asked[-1] if asked else None
        if why_not(Carer(True, now - 25 * HOUR, asked_at=last), FILE.timing, now) is None:
            asked.append(now)
    assert all(later - earlier >= 90 * DAY for earlier, later in pairwise(asked))


@given(moments, spans, st.booleans(), st.booleans(), st.booleans())
def test_never_after_a_death_nor_what_may_have_been_one(
    now: datetime, still: timedelta, died: bool, heard: bool, watched: bool
) -> None:
    carer = Carer(True, now - still, died=died, never_after=heard, watched=watched)
    assert (why_not(carer, FILE.timing, now) is None) <= (not (died or heard or watched))


@pytest.mark.parametrize(
    ("body", "question", "said"),
    [
        ("YES", Question.HELPED, Answer.YES),
        ("Yes.", Question.SAFE, Answer.YES),
        (" partly ", Question.HELPED, Answer.PARTLY),
        ("a  bit", Question.HELPED, Answer.PARTLY),
        ("Partly", Question.SAFE, None),
        ("N", Question.SAFE, Answer.NO),
        ("no you didn’t", Question.HELPED, Answer.NO),
        ("1", Question.HELPED, None),
        ("NURSE", Question.SAFE, None),
        ("STOP", Question.HELPED, None),
        ("yes please", Question.HELPED, None),  # That is how an offer is taken up.
        ("no he cant breathe", Question.SAFE, None),
        ("", Question.HELPED, None),
    ],
)
def test_what_is_a_plain_answer(body: str, question: Question, said: Answer | None) -> None:
    assert answer(body, question, FILE.answers) is said


def test_no_plain_answer_has_another_meaning_here_or_calls_for_a_nurse() -> None:
    for said, words in FILE.answers.items():
        for body in words:
            assert keyword(body) is None, body
            assert answer(body.upper(), Question.HELPED, FILE.answers) is said, body
            assert screening.grade(body).decision == Decision.NONE, body
    assert keyword("1") == Keyword.NURSE
    assert plain_answer("1") is True


@pytest.mark.parametrize(
    ("words", "is_heard"),
    [
        ("she passed\naway on Tuesday", True),
        ("He DIED.", True),
        ("when is the funeral", True),
        ("thank you, he is dying for a cup of tea", False),
        ("my deadline is friday", False),
    ],
)
def test_words_after_which_nobody_is_asked(words: str, is_heard: bool) -> None:
    assert bool(FILE.never_after.words.search(words)) is is_heard


@pytest.mark.parametrize(
    ("understood", "is_so"),
    [
        (None, False),
        ({"intent": "benefits_carer", "ranking": [["benefits_carer", 0.9], ["funeral_costs", 0.1]]}, False),
        ({"intent": "benefits_carer", "ranking": [["benefits_carer", 0.8], ["funeral_costs", 0.2]]}, True),
        ({"intent": "bereavement_emotional", "ranking": []}, True),
    ],
)
def test_what_the_assistant_may_have_understood_counts_too(understood: dict[str, Any] | None, is_so: bool) -> None:
    assert is_understood(understood, FILE.never_after) is is_so


def test_the_groups_of_death_suicide_and_abuse_are_whole() -> None:
    assert {"expected_death", "unexpected_death", "suicidal_carer", "domestic_abuse", "child_at_risk"} <= (
        FILE.never_after.categories
    )
    assert "breathlessness" not in FILE.never_after.categories
    assert asks("Is it a good time to talk?")
    assert not asks("Demo Nurse One has closed this on our side.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("between", {"from": "07:00", "until": "19:00"}),
        ("between", {"from": "10:00", "until": "23:00"}),
        ("between", {"from": "18:00", "until": "10:00"}),
        ("too_late_after", 24),
        ("answers", {"yes": ["yes"], "no": ["no"]}),
        ("anything", 1),
    ],
)
def test_a_file_that_would_ask_at_night_or_nobody_is_refused(tmp_path: Path, name: str, value: object) -> None:
    document = yaml.safe_load((ROOT / "data/aftercare.yml").read_text("utf-8"))
    path = tmp_path / "aftercare.yml"
    path.write_text(yaml.safe_dump({**document, name: value}), encoding="utf-8")
    with pytest.raises(BadData):
        files.load(path)


def test_a_team_is_asked_only_where_its_file_says_so() -> None:
    assert files.has_survey("demo")
    assert not files.has_survey("another-team")
