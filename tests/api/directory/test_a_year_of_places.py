"""Every half-hour of a year, each time for another need in another place, over the directory as it is loaded.

Whether a service is open is worked out here another way than by the rules: from a clock on the wall and the list of
bank holidays that the government keeps. Which schemes are a nation's own stands here by hand.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest

from api.database import transaction
from api.directory import service
from api.directory.hours.rules import UK, WEEK, BankHolidays, Nation, Standing
from api.directory.places import service as gazetteer
from api.directory.rules import Choice, Listing, Need, Option, Place, choose
from tests.api.directory.test_hours import ALWAYS, HALF_HOURS, OFFICE, RESTING, START
from tests.api.directory.test_rules import NIGHT, made

ENGLAND_AND_WALES = frozenset({Nation.ENGLAND, Nation.WALES})
# What exists in one part of the UK only, because its benefits and registers are its own: by the codes of our records.
SCHEMES = {
    "aa": ENGLAND_AND_WALES,
    "pip": ENGLAND_AND_WALES,
    "sr1": ENGLAND_AND_WALES,
    "carers-allowance": ENGLAND_AND_WALES,
    "dla-child": ENGLAND_AND_WALES,
    "funeral-expenses": ENGLAND_AND_WALES,
    "childrens-funeral-fund": {Nation.ENGLAND},
    "funeral-support-scot": {Nation.SCOTLAND},
    "adp": {Nation.SCOTLAND},
    "padp": {Nation.SCOTLAND},
    "csp": {Nation.SCOTLAND},
    "ni-bereavement-service": {Nation.NORTHERN_IRELAND},
    "ni-attendance-allowance": {Nation.NORTHERN_IRELAND},
    "ni-pip": {Nation.NORTHERN_IRELAND},
    "ni-pension-credit": {Nation.NORTHERN_IRELAND},
    "ni-universal-credit": {Nation.NORTHERN_IRELAND},
    "bsp": ENGLAND_AND_WALES | {Nation.SCOTLAND},
    "tell-us-once": ENGLAND_AND_WALES | {Nation.SCOTLAND},
}
SEED = 20270101


def is_open(one: Listing, now: datetime) -> bool:
    """Whether it is surely open: a day on which it may rest in one of its nations is none."""
    local = now.astimezone(UK).replace(tzinfo=None)
    for day in (local - timedelta(days=1), local):
        rests = any((day.month, day.day) in RESTING[nation] for nation in one.area.nations)
        if rests and one.hours.bank_holidays is not BankHolidays.OPEN:
            continue
        if one.hours.always and day is local:
            return one.hours.verified
        for period in one.hours.periods:
            opens = datetime.combine(day.date(), period.opens_at)
            closes = datetime.combine(day.date(), period.closes_at)
            closes += timedelta(days=1) if closes <= opens else timedelta()
            if WEEK[day.weekday()] in period.byday and opens <= local < closes:
                return one.hours.verified
    return False


def check(choice: Choice, need: Need, place: Place, now: datetime, ours: list[Listing]) -> None:
    """What must hold of whatever a carer is told there and then."""
    told: tuple[Option, ...] = (*choice.options, *choice.near, *choice.beside)
    for one in told:
        assert one.standing is not Standing.OPEN or is_open(one.listing, now), (one.listing.code, now)
        assert place.nation in SCHEMES.get(one.listing.code, {place.nation}), (one.listing.code, place)
        assert one.listing.area.holds(place), (one.listing.code, place)
    assert any(one.standing is Standing.OPEN for one in choice.options), (need, place, now)
    meant = [one for one in ours if one.verified and one.area.holds(place) and one.fits(need, None)]
    if any(is_open(one, now) for one in meant):
        assert any(not one.instead and is_open(one.listing, now) for one in choice.options), (need, place, now)


def cases(places: list[Place]) -> Iterator[tuple[datetime, Need, Place, bool]]:
    """Each half-hour once, with a need, a place and a mood; the same ones in each run."""
    chance = Random(SEED)
    for number in range(HALF_HOURS):
        at = START + timedelta(minutes=30 * number)
        yield at, chance.choice(list(Need)), chance.choice(places), chance.random() < 0.5


async def test_in_a_year_of_half_hours_nobody_anywhere_is_told_anything_wrong(db: str) -> None:
    async with transaction() as session:
        ours = await service.listings(session)
    known = gazetteer.gazetteer()
    served = {district for one in ours for district in one.area.districts} | set(known.authorities)
    local = [known.place(None, district) for district in sorted({*served, *(f"{area}1" for area in known.areas)})]
    places = [*(Place(nation) for nation in (*Nation, None)), *(one for one in local if one.nation)]
    assert {one.code for one in ours} >= set(SCHEMES)
    assert {one.nation for one in places if one.district} == set(Nation)
    for now, need, place, low_mood in cases(places):
        check(choose(need, place, now, ours, low_mood), need, place, now, ours)


def test_what_is_wrong_would_be_noticed() -> None:
    scotland, money = Place(Nation.SCOTLAND), Need.BENEFITS_CARER
    right, elsewhere = made("right", ALWAYS, money), made("carers-allowance", ALWAYS, money)
    closed, by_day = made("by-day", OFFICE, money), made("right", OFFICE, money)
    for wrong, ours in (
        (Choice((Option(elsewhere, Standing.OPEN),)), [elsewhere]),  # The scheme of another nation.
        (Choice((Option(by_day, Standing.OPEN),)), [by_day]),  # Called open at night.
        (Choice((Option(closed, Standing.CLOSED),)), [closed, right]),  # Nothing that is open.
    ):
        with pytest.raises(AssertionError):
            check(wrong, money, scotland, NIGHT.replace(year=2027), ours)
    check(Choice((Option(right, Standing.OPEN),)), money, scotland, NIGHT.replace(year=2027), [right])
