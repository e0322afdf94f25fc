"""What the chat page decides, without a database."""

import pytest

from api.channels.webchat import rules
from api.channels.webchat.rules import Look, Part
from api.escalations.rules import State

TEAM = "01632 960 999"
OURS = frozenset({"https://line.example"})


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07911 123456", "+447911123456"),
        (" (07911) 123-456 ", "+447911123456"),
        ("0044 7911 123456", "+447911123456"),
        ("my number is 07911 123456, any time", "+447911123456"),
        ("+353 1 234 5678", "+35312345678"),
        ("0808 808 0000", "+448088080000"),
        ("07911 12345", None),
        ("999", None),
        ("0901 123 4567", None),
        ("hello", None),
        ("", None),
        ("07911 123456 or 07911 123457", None),
    ],
)
def test_a_number_is_one_that_a_nurse_can_ring(typed: str, number: str | None) -> None:
    assert rules.phone_number(typed, allow_fiction=False) == number


def test_numbers_kept_for_drama_count_only_where_nobody_is_real() -> None:
    assert rules.phone_number("07700 900123", allow_fiction=True) == "+447700900123"
    assert rules.phone_number("07700 900123", allow_fiction=False) is None


def test_numbers_and_addresses_in_a_message_become_links_and_other_figures_do_not() -> None:
    words = "Ring 999. Or 01632 960 999, 0808 808 00 00 or 111! At 07:30 it is £111.50. See https://www.gov.uk/carers."
    links = {part.words: part.href for part in rules.parts(words, TEAM) if part.href}

    assert links == {
        "999": "tel:999",
        "01632 960 999": "tel:01632960999",
        "0808 808 00 00": "tel:08088080000",
        "111": "tel:111",
        "https://www.gov.uk/carers": "https://www.gov.uk/carers",
    }
    assert "".join(part.words for part in rules.parts(words, TEAM)) == words


def test_no_words_no_parts() -> None:
    assert rules.parts("", TEAM) == []
    assert rules.parts("Thank you", TEAM) == [Part("Thank you")]


def test_an_instruction_is_read_one_step_at_a_time() -> None:
    steps = rules.sentences("Lean them forward. Give 5 slaps. 5 more, then ring 01632 960 999. Is it clear? Good.")

    assert steps == [
        "Lean them forward.", "Give 5 slaps.", "5 more, then ring 01632 960 999.", "Is it clear?", "Good.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fetch_site", "origin", "allowed"),
    [
        ("same-origin", "https://line.example", True),
        ("same-origin", None, True),
        ("same-site", "https://other.line.example", False),
        ("cross-site", "https://evil.example", False),
        ("none", None, False),
        (None, "https://line.example", True),
        (None, "https://evil.example", False),
        (None, "null", False),
        (None, None, True),
    ],
)
def test_only_our_own_page_may_post(fetch_site: str | None, origin: str | None, allowed: bool) -> None:
    assert rules.comes_from_us(fetch_site, origin, OURS) is allowed


def test_the_secret_shows_in_neither_the_address_nor_the_token() -> None:
    secret = "s" * 43
    assert secret not in rules.address_of(secret) + rules.token_of(secret)
    assert rules.address_of(secret) != rules.token_of(secret)


def test_the_same_post_has_the_same_id_and_other_words_from_an_old_page_have_another() -> None:
    first = rules.inbound_id("a" * 64, "client", "help")

    assert first.startswith("web:" + "a" * 64)
    assert rules.inbound_id("a" * 64, "client", "help") == first
    others = [("a" * 64, "client", "help me"), ("a" * 64, "another", "help"), ("b" * 64, "client", "help")]
    assert first not in {rules.inbound_id(*other) for other in others}


@pytest.mark.parametrize(
    ("author", "kind", "look"),
    [
        ("carer", None, Look.MINE),
        ("staff", "person", Look.NURSE),
        ("nightlight", "accepted", Look.NURSE),
        ("nightlight", "instruction:choking", Look.URGENT),
        ("nightlight", "nobody_reached", Look.URGENT),
        ("nightlight", "assistant:greeting", Look.PLAIN),
    ],
)
def test_how_a_message_looks(author: str, kind: str | None, look: Look) -> None:
    assert rules.look(author, kind) == look


def test_the_opening_is_told_apart_from_the_first_answer() -> None:
    assert rules.without_opening("This is us.\nLean forward.", "This is us.") == ("Lean forward.", True)
    assert rules.without_opening("Lean forward.", "This is us.") == ("Lean forward.", False)


def test_how_things_stand_follows_the_records_and_says_no_more() -> None:
    assert rules.standing(None, None, None, None) is None
    assert rules.standing(None, State.CONTACTED, "Sam", "02:14") is None
    assert rules.standing(None, State.ACCEPTED, None, None) is None, "no name, no claim"

    def reply(person: str | None, state: State, *accepted: str) -> str:
        by, at = accepted or (None, None)
        found = rules.standing(person, state, by, at)
        return found.reply if found else ""

    assert reply(None, State.WAITING) == "chat_trying"
    assert reply(None, State.UNREACHED) == "chat_unreached"
    assert reply(None, State.ACCEPTED, "Sam", "02:14") == "chat_has_it"
    assert reply("Sam", State.ACCEPTED, "Sam", "02:14") == "chat_person_here"
