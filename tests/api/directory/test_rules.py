"""Which services a carer is told of, over made-up directories: never only closed ones, never only unverified ones."""

from datetime import datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from api.directory.hours.rules import WEEK, BankHolidays, Hours, Nation, Period, Standing
from api.directory.rules import (
    EVERYWHERE,
    MOST,
    MOST_BESIDE,
    Area,
    Choice,
    Confidence,
    Listing,
    Need,
    Place,
    Way,
    choose,
    depends_on_place,
    option,
)
from tests.api.directory.test_hours import ALWAYS, OFFICE, moments, on_the_wall, uk

NOON, NIGHT = uk("2026-11-26 12:00"), uk("2026-11-26 03:26")  # A Thursday.
ENGLAND, UNKNOWN = Place(Nation.ENGLAND), Place()
UNSURE = Hours(OFFICE.periods, verified=False)


def made(code: str, hours: Hours = ALWAYS, need: Need = Need.RESPITE, **more: Any) -> Listing:
    fields: dict[str, Any] = {"area": Area(EVERYWHERE), "has": frozenset({Way.PHONES})} | more
    return Listing(code, code.title(), "Somebody", frozenset({need}), hours=hours, **fields)


LISTENER = made("listener", need=Need.EMOTIONAL_SUPPORT)
CRISIS = made("crisis", need=Need.CRISIS_LINE)


def told(choice: Choice) -> list[str]:
    return [one.listing.code for one in choice.options]


def at_night(*listings: Listing, place: Place = ENGLAND, low_mood: bool = False) -> Choice:
    return choose(Need.RESPITE, place, NIGHT, listings, low_mood)


def test_verified_and_open_ones_come_first_and_there_are_at_most_three() -> None:
    listings = [
        made("a-closed", OFFICE),
        made("b-unknown", Hours()),
        made("c-unverified", confidence=Confidence.LOW),
        made("d-open"),
    ]
    assert told(at_night(*listings)) == ["d-open", "c-unverified", "b-unknown"]


def test_the_nearer_of_two_comes_first() -> None:
    near = made("near", area=Area(frozenset({Nation.ENGLAND}), frozenset({"CH41"})))
    nation = made("nation", area=Area(frozenset({Nation.ENGLAND})))
    found = at_night(made("all"), nation, near, place=Place(Nation.ENGLAND, "CH41"))
    assert told(found) == ["near", "nation", "all"]
    assert told(at_night(made("all"), nation, near, place=Place(Nation.ENGLAND, "OL1"))) == ["nation", "all"]


def test_one_that_speaks_comes_before_one_that_is_read() -> None:
    assert told(at_night(made("a-page", has=frozenset({Way.URL})), made("b-line"))) == ["b-line", "a-page"]


def test_a_closed_one_says_when_it_opens_and_never_stands_alone() -> None:
    found = at_night(made("closed", OFFICE), LISTENER)
    assert told(found) == ["listener", "closed"]
    assert [one.instead for one in found.options] == [True, False]
    assert found.options[1].opens == "opens today at 9am"
    assert found.found
    assert told(at_night(made("closed", OFFICE))) == [], "there is nobody to tell of beside it"


def test_of_many_closed_ones_the_last_makes_room_for_one_that_is_open() -> None:
    found = at_night(*[made(f"closed-{number}", OFFICE) for number in range(5)], LISTENER)
    assert told(found) == ["listener", "closed-0", "closed-1"]


def test_an_unverified_one_never_stands_alone() -> None:
    unsure = made("unsure", confidence=Confidence.LOW)
    assert told(at_night(unsure, LISTENER)) == ["listener", "unsure"]
    assert told(at_night(unsure)) == []
    doubtful_area = made("somewhere", unverified=frozenset({"area"}))
    assert told(at_night(doubtful_area)) == []


def test_a_way_that_no_source_has_is_not_a_way() -> None:
    assert told(at_night(made("a", unverified=frozenset({"phones"})), made("b"))) == ["b"]
    both = made("c", has=frozenset({Way.PHONES, Way.URL}), unverified=frozenset({"phones"}))
    assert both.ways == {Way.URL}
    assert told(at_night(both)) == ["c"]


def test_what_is_for_staff_or_has_ended_is_never_told() -> None:
    assert told(at_night(made("staff", staff_only=True), made("ended", active=False), made("carers"))) == ["carers"]


def test_a_service_for_a_group_that_no_need_names_is_not_told_for_the_need_alone() -> None:
    assert told(at_night(made("one-illness", narrow=True), made("all"))) == ["all"]


def test_only_the_right_nation() -> None:
    scottish = made("scottish", area=Area(frozenset({Nation.SCOTLAND})))
    assert told(at_night(scottish, made("all"))) == ["all"]
    assert told(at_night(scottish, made("all"), place=Place(Nation.SCOTLAND))) == ["scottish", "all"]
    assert told(at_night(scottish, made("all"), place=UNKNOWN)) == ["all"], (
        "who has not said gets what holds everywhere"
    )


def test_whoever_tells_an_age_is_told_of_what_is_for_that_age() -> None:
    young, old = made("young", maximum_age=18), made("old", minimum_age=55)
    assert told(choose(Need.RESPITE, ENGLAND, NIGHT, [young, old], False, age=12)) == ["young"]
    assert told(choose(Need.RESPITE, ENGLAND, NIGHT, [young, old], False, age=60)) == ["old"]
    assert told(choose(Need.RESPITE, ENGLAND, NIGHT, [young, old], False)) == ["old"]
    children = made("children", need=Need.YOUNG_CARER, maximum_age=18)
    assert told(choose(Need.YOUNG_CARER, ENGLAND, NIGHT, [children], False)) == ["children"]


def test_crisis_lines_stand_beside_when_mood_is_low_and_are_not_counted() -> None:
    listings = [made(f"open-{number}") for number in range(3)]
    found = at_night(*listings, CRISIS, made("day", OFFICE, Need.CRISIS_LINE), low_mood=True)
    assert told(found) == ["open-0", "open-1", "open-2"]
    assert [one.listing.code for one in found.beside] == ["crisis"], "one that is closed is no help"
    assert at_night(*listings, CRISIS).beside == ()


def test_a_need_that_nothing_meets_brings_somebody_to_talk_to_and_is_no_find() -> None:
    found = at_night(CRISIS)
    assert told(found) == ["crisis"]
    assert not found.found


def test_a_service_stands_as_its_nations_do() -> None:
    saint_andrew = uk("2026-11-30 12:00")
    assert option(made("x", OFFICE, area=Area(frozenset({Nation.SCOTLAND}))), saint_andrew).opens == (
        "opens tomorrow at 9am"
    )
    assert option(made("x", UNSURE), NIGHT).opens == ""


nightly = Hours((Period(frozenset(WEEK), time(20), time(8)),), bank_holidays=BankHolidays.OPEN)
any_listing = st.builds(
    Listing,
    code=st.uuids().map(str),
    name=st.just("x"),
    organisation=st.just("y"),
    needs=st.frozensets(st.sampled_from([Need.RESPITE, Need.EMOTIONAL_SUPPORT, Need.CRISIS_LINE]), min_size=1),
    area=st.builds(
        Area,
        st.one_of(st.just(EVERYWHERE), st.frozensets(st.sampled_from(Nation), min_size=1)),
        st.sampled_from([frozenset[str](), frozenset({"CH41"})]),
    ),
    hours=st.sampled_from([ALWAYS, OFFICE, Hours(), UNSURE, nightly]),
    has=st.frozensets(st.sampled_from(Way), max_size=2),
    confidence=st.sampled_from(Confidence),
    unverified=st.frozensets(st.sampled_from(["area", "phones", "url", "sms"]), max_size=1),
    staff_only=st.booleans(),
    narrow=st.booleans(),
    maximum_age=st.sampled_from([None, 18]),
)
places = st.one_of(st.just(UNKNOWN), st.builds(Place, st.sampled_from(Nation), st.sampled_from(["", "CH41"])))


@how(max_examples=500)
@given(st.lists(any_listing, max_size=8), moments, places, st.booleans())
def test_whatever_the_directory_holds_a_carer_is_told_nothing_wrong(
    listings: list[Listing], now: datetime, place: Place, low_mood: bool
) -> None:
    check(choose(Need.RESPITE, place, now, listings, low_mood), Need.RESPITE, listings, now, place, low_mood)


def check(choice: Choice, need: Need, listings: list[Listing], now: datetime, place: Place, low_mood: bool) -> None:
    """What must hold of every choice."""
    options = choice.options
    assert len(options) <= MOST
    assert len(choice.beside) <= MOST_BESIDE
    for one in (*options, *choice.beside):
        assert one.listing.area.holds(place)
        assert one.listing.for_carers
        assert not one.listing.narrow
        assert one.instead or need in one.listing.needs
        assert one.standing is not Standing.OPEN or (one.listing.hours.verified and on_the_wall(one.listing.hours, now))
        assert not one.opens or one.standing is Standing.CLOSED
    assert not options or any(one.standing is not Standing.CLOSED for one in options), "never only closed ones"
    assert not options or any(one.listing.verified for one in options), "never only unverified ones"
    sure = [one.is_sure for one in options]
    assert sure == sorted(sure, reverse=True), "verified and open ones first"
    could = [one for one in listings if one.for_carers and one.area.holds(place) and one.fits(need, None)]
    if any(option(one, now).is_sure for one in could):
        assert sure[0], "one that is open, when there is one"
    if low_mood:
        lines = [one for one in listings if one.area.holds(place) and one.fits(Need.CRISIS_LINE, None)]
        if any(option(one, now).is_sure for one in lines):
            assert any(Need.CRISIS_LINE in one.listing.needs for one in (*options, *choice.beside))
    else:
        assert choice.beside == ()


def test_a_choice_that_is_wrong_would_be_noticed() -> None:
    closed = made("closed", OFFICE)
    with pytest.raises(AssertionError, match="never only closed"):
        check(Choice((option(closed, NIGHT),)), Need.RESPITE, [closed], NIGHT, ENGLAND, False)
    wrong = Choice((option(made("open"), NIGHT), option(made("x", staff_only=True), NIGHT)))
    with pytest.raises(AssertionError):
        check(wrong, Need.RESPITE, [closed], NIGHT, ENGLAND, False)


def test_what_works_just_there_is_told_of_even_when_three_others_are_open() -> None:
    near = Area(frozenset({Nation.ENGLAND}), frozenset({"OL4"}))
    nation = Area(frozenset({Nation.ENGLAND}))
    listings = [
        *(made(f"{code}-open") for code in "abc"),
        made("d-nation", OFFICE, area=nation),
        made("e-nation", Hours(), area=nation),
        made("f-local", OFFICE, area=near),
        made("g-elsewhere", area=Area(frozenset({Nation.ENGLAND}), frozenset({"CH41"}))),
    ]
    found = at_night(*listings, place=Place(Nation.ENGLAND, "OL4"))
    assert told(found) == ["a-open", "b-open", "c-open"]
    assert [one.listing.code for one in found.near] == ["f-local", "d-nation"]
    assert found.near[0].opens == "opens today at 9am"
    assert at_night(*listings, place=UNKNOWN).near == ()


def test_nothing_near_is_told_where_nothing_may_be_told_at_all() -> None:
    assert at_night(made("local", OFFICE, area=Area(frozenset({Nation.ENGLAND})))).near == ()


@pytest.mark.parametrize(
    ("listing", "depends"),
    [
        (made("everywhere"), False),
        (made("nation", area=Area(frozenset({Nation.WALES}))), True),
        (made("council", area=Area(frozenset({Nation.ENGLAND}), authorities=frozenset({"Norfolk"}))), True),
        (made("unsure", area=Area(frozenset({Nation.WALES})), unverified=frozenset({"area"})), False),
        (made("staff", area=Area(frozenset({Nation.WALES})), staff_only=True), False),
        (made("narrow", area=Area(frozenset({Nation.WALES})), narrow=True), False),
        (made("other", area=Area(frozenset({Nation.WALES})), need=Need.GRANTS), False),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_whether_it_matters_where_a_carer_is(listing: Listing, depends: bool) -> None:
    assert depends_on_place(Need.RESPITE, [made("all"), listing]) is depends
