"""Reserved words, the opening, what is kept of a message, and how a number is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import gsm7
from api.conversations.rules import (
    MAX_BODY,
    OFFER,
    Keyword,
    clean,
    in_texts,
    is_kept_answer,
    is_number,
    is_opt_out,
    keyword,
    mask,
    mobile_number,
    spaced,
    with_opening,
)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("NURSE", Keyword.NURSE),
        ("nurse please", Keyword.NURSE),
        (" Nurse! ", Keyword.NURSE),
        ("1", Keyword.NURSE),
        ("STOP", Keyword.STOP),
        ("Stop.", Keyword.STOP),
        ("stop all", Keyword.STOP),
        ("UNSUBSCRIBE", Keyword.STOP),
        ("end", Keyword.AMBIGUOUS),
        ("Quit?", Keyword.AMBIGUOUS),
        ("'cancel'", Keyword.AMBIGUOUS),
        ("help", Keyword.HELP),
        ("HELP!!!", Keyword.HELP),
        ("heeelp", Keyword.HELP),
        ("HELPPPP!", Keyword.HELP),
        ("nurseeee", Keyword.NURSE),
        ("info", Keyword.HELP),
        ("start", Keyword.START),
        ("UNSTOP", Keyword.START),
    ],
)
def test_a_whole_message_of_one_reserved_word(body: str, word: Keyword) -> None:
    assert keyword(body) is word


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "!",
        "11",
        "111",
        "stoppp",
        "ennnd",
        "yes",
        "please help me",
        "stop it hurts",
        "i want it to end",
        "the nurse was here",
    ],
)
def test_the_same_words_in_a_sentence_are_what_the_carer_says(body: str) -> None:
    assert keyword(body) is None


@pytest.mark.parametrize(
    ("word", "carrier_says", "is_out"),
    [
        (Keyword.STOP, "", True),
        (Keyword.STOP, "STOP", True),
        (Keyword.AMBIGUOUS, "", False),
        (Keyword.AMBIGUOUS, "STOP", True),
        (None, "STOP", True),
        (Keyword.HELP, "HELP", False),
        (Keyword.START, "START", False),
        (None, "", False),
    ],
)
def test_who_has_opted_out(word: Keyword | None, carrier_says: str, is_out: bool) -> None:
    assert is_opt_out(word, carrier_says) is is_out


def test_the_opening_goes_first_if_there_is_room() -> None:
    assert with_opening("Hello.", "Answer.", 306) == ("Hello.\nAnswer.", True)
    assert with_opening("Hello.", "Answer.", None) == ("Hello.\nAnswer.", True)
    assert with_opening("Hello.", "Answer.", 13) == ("Answer.", False)
    assert with_opening(None, "Answer.", 306) == ("Answer.", False)


def test_the_room_for_an_opening_is_counted_as_the_carrier_counts() -> None:
    """An euro sign takes two places in a text, so these 14 characters are 15 places."""
    assert with_opening("Hello.", "Cost €.", 14) == ("Cost €.", False)


def test_the_room_is_counted_after_marks_were_made_plain() -> None:
    assert with_opening("Wait…", "Answer.", 13) == ("Answer.", False), "the three dots of an ellipsis are three places"


@given(st.text(max_size=50), st.text(max_size=50), st.integers(1, 100))
def test_the_answer_is_never_cut_for_the_opening(opening: str, answer: str, limit: int) -> None:
    words, said = with_opening(opening, answer, limit)
    assert words.endswith(answer)
    assert said or words == answer


@given(st.text(max_size=200))
def test_what_is_kept_of_a_short_message_is_all_of_it(body: str) -> None:
    kept, cut = clean(body)
    assert kept == body.replace("\x00", "").strip()
    assert not cut


def test_a_very_long_message_is_cut_openly() -> None:
    assert clean("x" * MAX_BODY) == ("x" * MAX_BODY, False)
    assert clean("x" * (MAX_BODY + 1)) == ("x" * MAX_BODY, True)


@pytest.mark.parametrize(("address", "shown"), [("+447700900123", "...123"), ("123", "..."), ("", "...")])
def test_a_number_in_a_list_shows_three_digits(address: str, shown: str) -> None:
    assert mask(address) == shown


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("07700900001", "+447700900001"),
        ("its 07700 900 001 ta", "+447700900001"),
        ("+44 7700 900001", "+447700900001"),
        ("07911 123456", "+447911123456"),
        ("07700900001, again 07700 900001", "+447700900001"),
        ("0161 496 0000", None),
        ("+33 6 12 34 56 78", None),
        ("07700900001 or 07700900002", None),
        ("0770090", None),
        ("09 11 2026", None),
        ("", None),
    ],
)
def test_one_uk_mobile_number_is_read(said: str, number: str | None) -> None:
    assert mobile_number(said, allow_fiction=True) == number


def test_numbers_for_drama_are_numbers_only_where_that_is_allowed() -> None:
    assert mobile_number("07700 900001", allow_fiction=False) is None
    assert spaced("+447700900001") == "07700 900 001"


@given(st.text(alphabet="ab .?!\n", max_size=900))
def test_nothing_is_lost_where_words_take_several_texts(words: str) -> None:
    texts = in_texts(words)
    assert all(0 < gsm7.length(text) <= gsm7.TEXT_LIMIT for text in texts)
    whole = "".join(words.split())
    assert "".join("".join(texts).split()) == whole or any(text.endswith("...") for text in texts)


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("assistant:respite", True),
        ("assistant:respite:place", True),
        ("assistant:service_hours_or_contact", True),
        ("assistant:greeting", False),
        (OFFER, False),
        ("instruction:choking", False),
        ("respite", False),
        (None, False),
    ],
)
def test_which_messages_are_answers(kind: str | None, kept: bool) -> None:
    assert is_kept_answer(kind) is kept


@pytest.mark.parametrize(("body", "number"), [("1", True), (" 2.", True), ("nurse", False), ("1 nurse", False)])
def test_a_number_alone(body: str, number: bool) -> None:
    assert is_number(body) is number
