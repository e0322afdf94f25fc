"""Masking as others use it: spans, twice, for a whole set, and of an endless message."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.conversations.rules import MAX_BODY
from api.masking import service as masking
from api.masking.rules import Kind, Span
from api.settings import ROOT

EVERYDAY = [
    json.loads(line)["text"]
    for line in (ROOT / "data/evaluation/everyday.jsonl").read_text(encoding="utf-8").splitlines()
]
NAMED = {"Tom", "kayleigh", "doris", "karen", "jean", "sandra", "grace"}  # People, in the everyday lines.
TAKEN_FOR_A_NAME = {"tara"}  # "Right, I'll let you go love, tara."
PIECES = (
    "my husband dave",
    "Rose is worse.",
    "its sue smith here",
    "thanks, Sue",
    "dob 12/3/38",
    "born nineteen forty",
    "07700 900123",
    "oh seven seven double oh nine hundred one two three",
    "nhs number 943 476 5919",
    "at 14 Mill Lane",
    "OL4 2QR",
    "o l 4 2 q r",
    "key safe is 1234",
    "sue.smith@example.com",
    "hospital number K123456",
    "Dr Patel",
    "and",
    "is",
    "will he",
    "10mg at 6.30",
    "the password is fluffy",
    "born 4 May 1941",
    "seen 12 March 2026",
    "her papers say 4 May 1941",
    ",",
    "\n",
)


def test_spans_say_where_and_what() -> None:
    text = "Dave is on 07700 900123"
    assert masking.spans(text) == [Span(0, 4, Kind.NAME), Span(11, 23, Kind.PHONE)]
    assert masking.spans("") == []


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_masking_twice_changes_nothing(pieces: list[str]) -> None:
    once = masking.masked(" ".join(pieces))
    assert masking.masked(once) == once


@given(st.text(max_size=80))
def test_spans_are_in_order_and_never_overlap(text: str) -> None:
    spans = masking.spans(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))


def test_everyday_lines_lose_nothing_but_the_people_in_them() -> None:
    hidden = {text[span.start : span.end] for text in EVERYDAY for span in masking.spans(text)}
    assert hidden == NAMED | TAKEN_FOR_A_NAME


@pytest.mark.timeout(60)  # What goes back over an endless message again and again takes hours.
@pytest.mark.parametrize(
    "endless", ["1 2 3 ", "twenty one ", "a dot b ", "born a ", "Dave ", "o l 4 ", "at 12 ", "a hundred and "]
)
def test_an_endless_message_is_read_to_its_end(endless: str) -> None:
    text = endless * (MAX_BODY // len(endless)) + "my name is Doris Bickerstaff"
    assert any("Bickerstaff" in text[span.start : span.end] for span in masking.spans(text))


def test_names_that_the_shown_text_may_have_are_found_in_what_is_not_shown() -> None:
    said = ["my wife zyxara is in bed", "my son Tom is here", "is there a grant for a stairlift"]
    for shown in ("zyxara sleeps all day", "Tom and the stairlift", "what about grace", "thank you"):
        names = masking.names_in(said, shown)
        assert names <= masking.names_in(said)
        assert masking.masked(shown, names) == masking.masked(shown, masking.names_in(said)), shown
    assert masking.names_in(said, "thank you so much") == frozenset()
    assert "zyxara" in masking.names_in(said, "zyxara sleeps all day")
