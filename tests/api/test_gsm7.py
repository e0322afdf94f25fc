"""The alphabet of text messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import gsm7


def test_the_alphabet_is_the_whole_of_the_standard() -> None:
    """3GPP TS 23.038: 128 positions, of which one is the escape to the ten of the extension table."""
    assert len(gsm7.BASIC) == 127
    assert len(gsm7.EXTENDED) == 10
    assert gsm7.BASIC.isdisjoint(gsm7.EXTENDED)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("it’s “fine” – really — yes…", 'it\'s "fine" - really - yes...'),
        ("café", "café"),
        ("cafê", "cafe"),
        ("Siân Łukasz Þóra", "Sian Lukasz Thora"),
        ("naïve Zoë", "naive Zoe"),
        ("10\u00a0mg • now", "10 mg - now"),
        ("hi 😀 there", "hi  there"),
        ("a\tb\r\nc", "a b\r\nc"),
        ("ﬁne", "fine"),
        ("", ""),
    ],
)
def test_the_nearest_text(text: str, plain: str) -> None:
    assert gsm7.to_gsm7(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("½ a tablet", "1/2 a tablet"),
        ("1½ tablets", "1 1/2 tablets"),
        ("2¾", "2 3/4"),
        ("500µg", "500mcg"),
        ("500 μg", "500 mcg"),
        ("2·5 mg", "2.5 mg"),
        ("10² cells", "10^2 cells"),
        ("temp ≥38° or ≤35", "temp >=38 or <=35"),
        ("5−10 mg", "5-10 mg"),
        ("２５ mg", "25 mg"),
        ("2×5 mg", "2x5 mg"),
    ],
)
def test_no_amount_becomes_another_amount(text: str, plain: str) -> None:
    assert gsm7.to_gsm7(text) == plain


@given(st.text())
def test_whatever_comes_in_what_goes_out_is_all_of_the_alphabet(text: str) -> None:
    plain = gsm7.to_gsm7(text)
    assert gsm7.is_gsm7(plain)
    assert gsm7.to_gsm7(plain) == plain, "a second time changes nothing"


@given(st.text(alphabet=sorted(gsm7.BASIC | gsm7.EXTENDED)))
def test_what_can_be_sent_is_left_as_it_is(text: str) -> None:
    assert gsm7.to_gsm7(text) == text
    assert gsm7.lost(text) == []


@pytest.mark.parametrize(("text", "places"), [("", 0), ("abc", 3), ("€5", 3), ("[x]", 5), ("\n", 1)])
def test_how_many_places_a_text_takes(text: str, places: int) -> None:
    assert gsm7.length(text) == places


def test_what_is_lost_is_named_once() -> None:
    assert gsm7.lost("😀 ok 😀 漢") == ["😀", "漢"]


def test_a_page_that_counts_while_somebody_types_counts_as_the_carrier_does() -> None:
    widths = gsm7.widths()
    for text in ("it’s fine…", "€10", "plain"):
        assert sum(widths[char] for char in text) == gsm7.length(gsm7.to_gsm7(text))


@pytest.mark.parametrize(
    ("text", "room", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abc..."),
        ("[b]def", 6, "[b..."),
        ("[b]", 5, "[b]"),
        ("abc", 2, ""),
        ("abc", -9, ""),
        ("", 0, ""),
    ],
)
def test_what_is_too_long_is_cut_where_the_room_ends(text: str, room: int, short: str) -> None:
    assert gsm7.cut(text, room) == short


@given(st.text(alphabet=sorted(gsm7.BASIC | gsm7.EXTENDED)), st.integers(0, 50))
def test_what_was_cut_fits(text: str, room: int) -> None:
    assert gsm7.length(gsm7.cut(text, room)) <= room
