"""Where a carer is, out of what they say: never a guess, never more than a district."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import settings
from api.directory.hours.rules import Nation
from api.directory.places import service
from api.directory.places.rules import joined, read, read_whole
from api.directory.rules import Place

KNOWN = service.load(settings.ROOT / "data/places/postcode_areas.yml")
ENGLAND, SCOTLAND, WALES, ULSTER = Nation
OLDHAM = Place(ENGLAND, "OL4")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("OL4", OLDHAM),
        ("its OL4", OLDHAM),
        ("ol4 1aa", OLDHAM),
        ("ol41aa", OLDHAM),
        ("It's Ol4  1AA, thanks.", OLDHAM),
        ("ol 4 1 aa", OLDHAM),
        ("o l 4", OLDHAM),
        ("OL4, Oldham", OLDHAM),
        ("my postcode is m1 1ae", Place(ENGLAND, "M1")),
        ("M11AE", Place(ENGLAND, "M1")),
        ("ec1a 1bb", Place(ENGLAND, "EC1A")),
        ("We're in Fife", Place(SCOTLAND)),
        ("we’re in fife", Place(SCOTLAND)),
        ("north wales", Place(WALES)),
        ("Northern Ireland", Place(ULSTER)),
        ("co down", Place(ULSTER)),
        ("bt7", Place(ULSTER, "BT7")),
        ("NR12", Place(ENGLAND, "NR12", "Norfolk")),
        ("CH41", Place(ENGLAND, "CH41")),
        ("CH7 1AB", Place(WALES, "CH7")),
        ("CH4 8RD", Place(None, "CH4")),
        ("ch4 in wales", Place(WALES, "CH4")),
        ("TD15 2AB", Place(None, "TD15")),
        ("eh1 2ab edinburgh", Place(SCOTLAND, "EH1")),
    ],
)
def test_a_message_that_is_a_place_and_nothing_else(said: str, place: Place) -> None:
    assert read_whole(said, KNOWN) == place
    assert read(said, KNOWN) in (place, None), "a postcode with spaces inside is only read when it stands alone"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "...",
        "rather not say",
        "why do you want to know",
        "ireland",
        "perth",
        "newcastle",
        "OL4 or M35",
        "wales or england",
        "OL4 in Scotland",
        "ol4 he is in so much pain",
        "in fife and he has fallen",
        "JE2 3AB",
        "XX1 1XX",
        "QQ4",
        "B6912",
        "07700 900001",
        "moraybank",
        "englands",
        "at 4",
    ],
)
def test_what_is_no_place_or_more_than_one_or_not_only_one_is_not_taken_for_one(said: str) -> None:
    assert read_whole(said, KNOWN) is None


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("we live at 4 High Street, Oldham, OL4 1AA, top bell", OLDHAM),
        ("mum is in Cardiff now and not well", Place(WALES)),
        ("mum is in Cardiff and I am in Leeds", None),
        ("M35 or OL4, I forget", None),
        ("nowhere", None),
    ],
)
def test_a_place_within_more_words(said: str, place: Place | None) -> None:
    assert read(said, KNOWN) == place


def test_a_nation_told_later_says_where_a_border_district_lies() -> None:
    border = Place(None, "CH4")
    assert joined(border, Place(WALES), KNOWN) == Place(WALES, "CH4")
    assert joined(border, Place(SCOTLAND), KNOWN) == Place(SCOTLAND), "then the district was somewhere else"
    assert joined(Place(WALES), border, KNOWN) == Place(WALES, "CH4")
    assert joined(Place(SCOTLAND), border, KNOWN) == border


def test_a_new_district_replaces_an_old_one_and_its_nation() -> None:
    assert joined(OLDHAM, Place(SCOTLAND, "EH1"), KNOWN) == Place(SCOTLAND, "EH1")
    assert joined(Place(WALES, "CH7"), Place(None, "CH4"), KNOWN) == Place(None, "CH4")
    assert joined(Place(), Place(None, "NR12"), KNOWN) == Place(ENGLAND, "NR12", "Norfolk")


@given(st.text(max_size=60))
def test_anything_at_all_can_be_read(said: str) -> None:
    for place in (read(said, KNOWN), read_whole(said, KNOWN)):
        assert place is None or place.nation or place.district


@given(
    st.sampled_from(sorted({*KNOWN.areas})),
    st.integers(0, 99),
    st.from_regex(r"[0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True),
    st.sampled_from(["", " "]),
    st.booleans(),
)
def test_of_a_whole_postcode_no_more_than_the_district_is_left(
    letters: str, number: int, inward: str, gap: str, small: bool
) -> None:
    said = f"{letters}{number}{gap}{inward}"
    place = read_whole(said.lower() if small else said, KNOWN)
    assert place is not None
    assert place.district == f"{letters}{number}"
    assert not re.search(inward, f"{place.district}{place.authority}")
