"""The words of the console: times, lengths, target clocks, marked words, and what may be sent."""

from datetime import UTC, datetime, timedelta

import pytest

from api import gsm7
from api.console import presenters
from api.console.conversation import presenters as talk
from api.console.conversation import rules
from api.console.sign_in.rules import safe_next

NOW = datetime(2026, 7, 4, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=4, seconds=59), "4 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=1, minutes=20), "1 hour 20 minutes"),
        (timedelta(hours=25), "25 hours"),
        (timedelta(days=2, hours=3), "2 days"),
    ],
)
def test_a_length_of_time_is_said_as_people_say_it(span: timedelta, words: str) -> None:
    assert presenters.length(span) == words


def test_a_time_is_a_uk_clock_s_and_names_the_day_only_when_it_is_another() -> None:
    assert presenters.when(NOW, NOW) == "02:14"
    assert presenters.when(NOW - timedelta(hours=3), NOW) == "Fri 3 Jul, 23:14"


def test_a_target_says_what_is_left_and_then_by_how_much_it_is_missed() -> None:
    due = NOW + timedelta(minutes=5)
    before = presenters.target("Accept", due, NOW + timedelta(minutes=2))
    assert (before.aim, before.left, before.late) == ("Accept by 02:19", "3 min left", False)
    last = presenters.target("Accept", due, NOW + timedelta(minutes=4, seconds=30))
    assert last.left == "under 1 min left"
    after = presenters.target("Accept", due, NOW + timedelta(minutes=7))
    assert (after.left, after.late) == ("2 min late", True)
    much = presenters.target("Accept", due, NOW + timedelta(hours=2, minutes=10))
    assert much.left == "2 h 5 min late"


def test_every_priority_has_words_of_its_own() -> None:
    words = [presenters.urgency(code).words for code in ("P0", "P1S", "P1", "P2", "P3")]
    assert all(words)
    assert len(set(words)) == 5


def marks(body: str, *matched: str) -> str:
    return "".join(f"[{part.text}]" if part.marked else part.text for part in talk.marked(body, matched))


def test_matched_words_are_marked_where_they_stand() -> None:
    assert marks("she has stopped breathing now", "stopped breathing") == "she has [stopped breathing] now"
    assert marks("not breathing, going blue", "not breathing", "breathing, going") == "[not breathing, going] blue"
    assert marks("hello", "something else", "") == "hello"


def test_a_text_may_be_306_places_and_not_one_more() -> None:
    assert rules.problem_with("a" * 306, by_text=True) is None
    assert rules.problem_with("a" * 304 + "€", by_text=True) is None
    assert (
        rules.problem_with("a" * 305 + "€", by_text=True)
        == "This is 307 characters and a text holds 306. Shorten it by 1."
    )
    assert rules.problem_with("a" * 307, by_text=False) is None


def test_what_a_text_cannot_carry_is_named_and_what_it_can_is_made_plain() -> None:
    assert rules.problem_with("take care 😀", by_text=True) == "A text message cannot carry 😀. Take that out."
    assert rules.problem_with("“I’m here” – ê", by_text=True) is None
    assert rules.problem_with("take care 😀", by_text=False) is None


def test_an_empty_message_is_not_sent() -> None:
    assert rules.problem_with(rules.tidy(" \r\n "), by_text=False) == "Write a message first."


def test_a_browser_s_line_ends_and_split_letters_count_once() -> None:
    assert rules.tidy("one\r\ntwo cafe\u0301 ") == "one\ntwo café"


def test_the_page_counts_by_the_same_widths_as_the_server() -> None:
    widths = gsm7.widths()
    for typed in ("plain", "[€] “quoted” …", "café\nline"):
        assert sum(widths[char] for char in typed) == gsm7.length(gsm7.to_gsm7(typed))


@pytest.mark.parametrize(
    ("channel", "address", "opted_out", "reaches"),
    [
        ("sms", "+447700900001", False, True),
        ("sms", "+447700900001", True, False),
        ("sms", "withheld:SM1", False, False),
        ("web", "thread", False, True),
        ("voice", "+447700900001", False, False),
    ],
)
def test_nothing_is_written_that_would_reach_nobody(channel: str, address: str, opted_out: bool, reaches: bool) -> None:
    refused = rules.cannot_write(channel, address, NOW if opted_out else None, None)
    assert (refused is None) == reaches


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/console/escalations/5f0c", "/console/escalations/5f0c"),
        ("", "/console"),
        ("https://elsewhere.example/", "/console"),
        ("//elsewhere.example", "/console"),
        ("/\\elsewhere.example", "/console"),
        ("/console\r\nSet-Cookie: a=b", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/console/sign-out", "/console"),
    ],
)
def test_signing_in_leads_only_to_this_site(wanted: str, goes_to: str) -> None:
    assert safe_next(wanted) == goes_to
