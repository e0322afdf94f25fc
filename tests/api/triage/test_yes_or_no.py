"""Yes and no, as people say them when they are asked whether they need a nurse, or whether it is about a life."""

import pytest

from api.triage.yes_or_no import said

YES = ["Yes!", "yeah hes really bad", "Yes, please hurry", "aye please", "I think so", "ASAP", "Y", "please come"]
NO = [
    "No, thank you",
    "no I'm ok thanks",
    "Nope. Just wondering, sorry",
    "no we're fine",
    "no, not at the moment thanks",
    "nah its just a saying lol",
    "No. I don't need a nurse",
    "not yet",
    "just asking",
]
NEITHER = [
    *("yes but not now", "Yes I know about 999", "yes if it gets worse", "yesterday", ""),
    *("no I'm not ok", "no im not just tired", "no i dont want to be here", "no one", "no idea what to do", "not ok"),
    *("no im fine but hes not breathing", "no change", "I'm fine", "hes ok", "please leave me alone"),
    "yes she has had the patch on since this morning and it fell off",
]
HALF = ["maybe", "Not really", "I don't know", "sometimes", "me", "Mine", "both of us", "not now", "I suppose so..."]


@pytest.mark.parametrize("body", YES)
def test_yes(body: str) -> None:
    assert said(body) is True
    assert said(body, about_a_life=True) is True


@pytest.mark.parametrize("body", NO)
def test_no(body: str) -> None:
    assert said(body) is False


@pytest.mark.parametrize("body", NEITHER)
def test_what_says_more_or_less_than_yes_and_no_is_neither(body: str) -> None:
    assert said(body) is None
    assert said(body, about_a_life=True) is None


@pytest.mark.parametrize("body", HALF)
def test_half_a_yes_is_a_yes_where_it_is_about_a_life_and_nowhere_else(body: str) -> None:
    assert said(body, about_a_life=True) is True
    assert said(body) is not True


@pytest.mark.parametrize("body", ["no", "No thanks", "no i was joking", "No. Nothing like that"])
def test_a_plain_no_is_a_no_about_a_life_too(body: str) -> None:
    assert said(body, about_a_life=True) is False
