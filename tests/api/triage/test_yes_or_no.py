"""Yes and no, as people say them when they are asked whether they need a nurse, or whether it is about a life."""

import pytest

from api.triage.yes_or_no import said, says_only_no

YES = ["Yes!", "yesss", "yeah hes really bad", "Yes, please hurry", "aye please", "I think so", "ASAP", "please come"]
NO = [
    "no I'm ok thanks",
    "Nope. Just wondering, sorry",
    "oh god no",
    "nah its just a saying lol",
    "just asking",
    "nooo",
]
SAYS_MORE = [
    *(
        "no I'm not ok",
        "no im not just tired",
        "no i dont want to be here",
        "no one",
        "no idea what to do",
        "no change",
    ),
    *("no but its hard", "no i cant", "well I'd say on the whole no"),
]
NEITHER = ["yes I've read that", "yes to what", "yesterday", "I'm fine", "hes ok", "please leave me alone", "", "1234"]
HALF = ["maybe", "Not really", "I don't know", "sometimes", "me", "Mine", "both of us", "yes but not tonight"]
NOT_NOW = ["not now thanks", "Not tonight", "not at the moment"]


@pytest.mark.parametrize("body", YES)
def test_yes(body: str) -> None:
    assert said(body, about_a_life=False, is_quiet=True) is True
    assert said(body, about_a_life=True, is_quiet=False) is True


@pytest.mark.parametrize("body", NO)
def test_no_is_no_where_the_screen_hears_nothing(body: str) -> None:
    for about_a_life in (False, True):
        assert said(body, about_a_life=about_a_life, is_quiet=True) is False
        assert said(body, about_a_life=about_a_life, is_quiet=False) is None


@pytest.mark.parametrize("body", SAYS_MORE)
def test_a_no_that_says_more_is_none(body: str) -> None:
    assert said(body, about_a_life=False, is_quiet=True) is None
    assert said(body, about_a_life=True, is_quiet=True) is None


@pytest.mark.parametrize("body", NEITHER)
def test_what_is_neither(body: str) -> None:
    assert said(body, about_a_life=False, is_quiet=True) is None
    assert said(body, about_a_life=True, is_quiet=True) is None


@pytest.mark.parametrize("body", HALF)
def test_half_a_yes_is_a_yes_where_it_is_about_a_life_and_nowhere_else(body: str) -> None:
    assert said(body, about_a_life=True, is_quiet=True) is True
    assert said(body, about_a_life=False, is_quiet=True) is None


@pytest.mark.parametrize("body", NOT_NOW)
def test_not_now_wants_no_nurse_and_is_no_word_that_a_life_is_safe(body: str) -> None:
    assert said(body, about_a_life=False, is_quiet=True) is False
    assert said(body, about_a_life=True, is_quiet=True) is not False


def test_a_short_no_says_only_no() -> None:
    assert says_only_no("no thanks we're ok")
    assert not says_only_no("no, I only wanted to know when the chemist opens")
