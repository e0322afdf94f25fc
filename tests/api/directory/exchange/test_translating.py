"""A service of somebody else's in our terms: its needs, its place, its hours, its numbers. Nothing is guessed."""

import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from api import settings
from api.directory.exchange import service as exchange
from api.directory.exchange.gathering import gather
from api.directory.exchange.reading import Raw, Read
from api.directory.exchange.schemas import FeedFile, ServiceIn
from api.directory.exchange.translating import BadField, translated
from api.directory.files.schemas import AreaFile, ServiceFile
from api.directory.hours.rules import Nation
from api.errors import BadData, Invalid
from tests.harness.elsewhere import service, term

THEM = FeedFile(feed="them", name="Them")
MAPPING = """
owner: Somebody
version: 1
review_date: 2027-05-23
status: approved
terms: {Sitting: [respite], "https://terms.example/1": [grants]}
feeds:
  - feed: county
    name: The County's directory
    nations: [wales]
    terms: {SITTING: [night_sitting], "their list: 7": [equipment, grants], Leisure: []}
"""


def put(feed: FeedFile = THEM, **changes: Any) -> ServiceFile:
    document = ServiceIn.model_validate(service(**changes))
    return translated(document, feed, {}, "them-1", "").record


def needs(known: exchange.Known, *terms: dict[str, Any]) -> tuple[list[str], tuple[str, ...]]:
    attributes = [term("1", "x") | {"taxonomy_term": one} for one in terms]
    document = ServiceIn.model_validate(service(attributes=attributes))
    small = {name.casefold(): meant for name, meant in known.terms.items()}
    found = translated(document, known.feed, small, "them-1", "")
    return [str(need) for need in found.record.needs], found.unknown


def test_what_terms_mean_stands_in_a_file_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "directory_imports.yml"
    path.write_text(MAPPING, encoding="utf-8")
    county = exchange.known(path, "https://county.example/o/v3", "county")
    assert county.feed.name == "The County's directory"
    assert needs(county, {"name": "Sitting"}) == (["night_sitting"], ()), "the feed's own meaning comes first"
    assert needs(county, {"term": "7", "taxonomy": "Their List"}) == (["equipment", "grants"], ())
    assert needs(county, {"name": "leisure"}) == ([], ()), "known, and none of ours"
    assert needs(county, {"name": "Dancing"}, {"name": "Young carer"}) == (["young_carer"], ("Dancing",))

    other = exchange.known(path, "https://other.example/o/v3")
    assert (other.feed.feed, other.feed.name) == ("other-example", "other.example")
    assert needs(other, {"name": "sitting"}) == (["respite"], ())
    assert needs(other, {"name": "x", "term_uri": "https://terms.example/1"}) == (["grants"], ())


def test_our_own_file_of_terms_can_be_read_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    assert exchange.known(settings.ROOT / "data/directory_imports.yml", "a.csv").terms
    wrong = tmp_path / "directory_imports.yml"
    for text in ("terms: [", MAPPING.replace("respite", "goodbye"), ""):
        wrong.write_text(text, encoding="utf-8")
        with pytest.raises(BadData, match=r"directory_imports\.yml"):
            exchange.known(wrong, "a.csv")
    with pytest.raises(Invalid, match="--feed"):
        exchange.known(settings.ROOT / "data/directory_imports.yml", "….csv")


ONS = "http://statistics.data.gov.uk/id/statistical-geography"
POWYS, SHROPSHIRE = {"name": "Powys", "extent": "W06000023"}, {"name": "Shropshire", "extent": "E06000051"}


@pytest.mark.parametrize(
    ("areas", "nations", "places"),
    [
        ([{"name": "Hull", "extent": "E06000010"}], ["england"], ["Hull"]),
        ([{"name": "Cardiff", "uri": f"{ONS}/W06000015"}], ["wales"], ["Cardiff"]),
        ([{"name": "Somewhere", "extent": "S92000003"}], ["scotland"], []),
        ([{"name": "Everywhere", "extent": "K02000001"}], list(Nation), []),
        ([{"name": "United Kingdom"}], list(Nation), []),
        ([{"name": "Great Britain"}], ["england", "scotland", "wales"], []),
        ([{"name": "Northern Ireland"}], ["northern_ireland"], []),
        ([{"extent": "England"}], ["england"], []),
        ([{"name": "England"}, {"name": "Norfolk"}], ["england"], ["Norfolk"]),
        ([POWYS, SHROPSHIRE], ["wales", "england"], ["Powys", "Shropshire"]),
    ],
)
def test_where_it_works(areas: list[dict[str, str]], nations: list[str], places: list[str]) -> None:
    area = put(service_areas=areas).area
    assert ([str(one) for one in area.nations], area.authorities) == (nations, places)


def test_where_a_feeds_places_lie_and_where_it_works_may_be_known() -> None:
    scottish = FeedFile(feed="them", name="Them", nations=[Nation.SCOTLAND])
    assert put(scottish, service_areas=[{"name": "Fife"}]).area == AreaFile(
        nations=[Nation.SCOTLAND], authorities=["Fife"]
    )
    assert put(scottish, service_areas=[{"name": "KY1"}]).area.districts == ["KY1"]
    county = AreaFile(nations=[Nation.ENGLAND], authorities=["Norfolk"])
    assert put(FeedFile(feed="them", name="Them", area=county), service_areas=[]).area == county


def test_hours_that_do_not_come_every_week_are_only_words() -> None:
    weekly = {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}
    hours = put(schedules=[weekly]).hours
    assert hours is not None
    assert len(hours.periods) == 1
    for odd in ({"interval": 2}, {"valid_to": "2026-12-31"}, {"freq": "MONTHLY", "byday": "1MO"}, {"byday": None}):
        assert put(schedules=[weekly | odd]).hours is None
        words = put(schedules=[weekly | odd | {"description": "Every other Monday"}]).hours
        assert words is not None
        assert (words.periods, words.words) == ([], "Every other Monday")


def test_numbers_are_as_one_dials_them_and_faxes_are_nobodys() -> None:
    numbers = ["+441603123456", "(01603) 123457", "0808 808 0000", "Tel: 01603 123456"]
    phones = [{"number": one} for one in numbers]
    others = [{"number": "01603 123450", "type": "fax"}, {"number": "18001 01603 123451", "type": "textphone"}]
    texted = [{"number": "85258", "type": "text", "description": "Text HELLO"}]
    found = put(contacts=[], phones=[*phones, *others, *texted])
    assert [(one.number, one.type) for one in found.phones] == [
        ("01603 123456", "voice"),
        ("01603 123457", "voice"),
        ("0808 808 0000", "voice"),
        ("18001 01603 123451", "textphone"),
    ]
    assert found.sms is not None
    assert (found.sms.number, found.sms.say) == ("85258", "HELLO")
    with pytest.raises(BadField, match="more than one number to text"):
        put(phones=[*texted, {"number": "85259", "type": "SMS"}])


def test_what_it_costs_and_whom_it_is_for_is_never_made_up() -> None:
    found = put(cost_options=[], fees=None)
    assert (found.cost, found.eligibility.text) == ("Ask the service.", "Ask the service.")
    assert put(cost_options=[], fees="A small fee").cost == "A small fee"
    assert put(cost_options=[{"amount_description": "Free"}, {"option": "At weekends", "amount": 5}]).cost == (
        "Free; At weekends: £5.00"
    )


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_lowercase, max_size=6), inner),
    max_leaves=5,
)


@how(max_examples=300)
@given(st.data())
def test_whatever_a_feed_holds_it_is_a_record_or_a_fault(data: st.DataObject) -> None:
    """A good service with one part of it, however deep, replaced by anything."""
    document: Any = service()
    part, name = document, data.draw(st.sampled_from(sorted(document)))
    while isinstance(part[name], (dict, list)) and part[name] and data.draw(st.booleans()):
        part = part[name]
        name = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
    part[name] = data.draw(JUNK)
    found = gather(Read([Raw("record 1", document)]), THEM, {})
    assert len(found.entries) + found.needless + found.inactive + bool(found.faults) == 1
    for fault in found.faults:
        assert fault.field
        assert fault.words


@given(JUNK)
def test_anything_at_all_is_no_service(junk: Any) -> None:
    found = gather(Read([Raw("record 1", junk)]), THEM, {})
    assert found.entries == []
    assert found.faults
