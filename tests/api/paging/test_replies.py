"""Replies of staff to a page: what is an answer, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.paging.rules import Answer, read_reply

ACCEPT, DECLINE, CONTACTED = Answer.ACCEPT, Answer.DECLINE, Answer.CONTACTED


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1a", (ACCEPT, 1)),
        ("1A", (ACCEPT, 1)),
        ("a1", (ACCEPT, 1)),
        ("1 a", (ACCEPT, 1)),
        (" 12 accept ", (ACCEPT, 12)),
        ("Accept 12", (ACCEPT, 12)),
        ("accept", (ACCEPT, None)),
        ("Accepted.", (ACCEPT, None)),
        ("YES", (ACCEPT, None)),
        ("yes!", (ACCEPT, None)),
        ("2d", (DECLINE, 2)),
        ("decline", (DECLINE, None)),
        ("No", (DECLINE, None)),
        ("1c", (CONTACTED, 1)),
        ("c", (CONTACTED, None)),
        ("3 spoken", (CONTACTED, 3)),
        ("done", (CONTACTED, None)),
        ("1y", (Answer.RIGHT, 1)),
        ("2 N", (Answer.NOT_RIGHT, 2)),
        ("\n1a\r\n", (ACCEPT, 1)),
    ],
)
def test_a_reply_is_read_however_it_is_written(text: str, read: tuple[Answer, int | None]) -> None:
    assert read_reply(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "?",
        "á",
        "1x",
        "not a",
        "1a 2a",
        "1 2 a",
        "a 1 d",
        "1234a",
        "accept decline",
        "ok on my way",
        "who is this",
    ],
)
def test_what_may_mean_something_else_is_never_taken_for_an_answer(text: str) -> None:
    assert read_reply(text) is None


@given(st.text(max_size=400))
def test_any_text_at_all_is_read_without_a_fault(text: str) -> None:
    answer = read_reply(text)
    assert answer is None or answer[0] in Answer
