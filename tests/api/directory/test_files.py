"""The records of data/directory: what they hold, what is refused, and that loading them again changes nothing."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from api import settings
from api.audit.models import AuditEntry
from api.database import transaction
from api.directory import service
from api.directory.files import service as files
from api.directory.files.schemas import ServiceFile, e164
from api.directory.files.service import PARTS, Loaded, load, made_id, read
from api.directory.hours.rules import Nation
from api.directory.models import Organization, Service
from api.directory.rules import Need, Place, choose
from api.errors import BadData
from tests.api.directory.test_hours import moments
from tests.api.directory.test_rules import check

FOLDER = settings.ROOT / "data/directory"
RECORD: dict[str, Any] = {
    "id": "a-line",
    "organisation": "Somebody",
    "name": "A line",
    "description": "Somebody listens.",
    "needs": ["emotional_support"],
    "area": {"nations": ["england"]},
    "phones": [{"number": "116 123", "type": "voice"}],
    "hours": {"periods": [{"byday": ["MO", "TU"], "opens_at": "09:00", "closes_at": "17:00"}]},
    "cost": "Free",
    "eligibility": {"text": "Anyone"},
    "assured_date": "2026-11-23",
    "source_url": "https://a-line.example/contact",
    "confidence": "high",
}
FILE: dict[str, Any] = {
    "owner": "Somebody",
    "version": 1,
    "review_date": "2027-05-23",
    "status": "draft for review by information staff",
    "title": "Lines",
    "sources": ["Read on 23 November 2026."],
}


def folder_of(folder: Path, *records: dict[str, Any], name: str = "lines", **head: Any) -> Path:
    """A folder with one file of these records."""
    document = FILE | head | {"services": list(records)}
    (folder / f"{name}.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


async def rows() -> list[Any]:
    """Everything that the directory's tables hold."""
    names = ["directory_organizations", "directory_taxonomy_terms", "directory_services"]
    names += [part.__tablename__ for part in PARTS]
    async with transaction() as session:
        return [(await session.execute(text(f"SELECT * FROM {name} ORDER BY id"))).all() for name in names]  # noqa: S608


def test_all_176_services_are_there_and_each_says_where_it_is_from() -> None:
    records = [record.service for record in read(FOLDER)]
    assert len(records) == 176
    assert [one.id for one in records if one.confidence == "low" and not one.unverified] == []
    assert [one.id for one in records if not one.staff_only and not one.description.endswith(".")] == []


def test_generic_templates_and_records_that_must_not_be_shown_are_for_staff() -> None:
    hidden = {record.service.id for record in read(FOLDER) if record.service.staff_only}
    assert {"hospice-at-home-generic", "carers-assessment", "equipment-council", "telecare", "hardship-local"} <= hidden
    assert {"nba", "ldw", "macmillan-1to1-oldham", "carers-direct", "hospices-north-east"} <= hidden


def test_numbers_of_one_nation_are_given_in_that_nation() -> None:
    areas = {record.service.id: set(record.service.area.nations) for record in read(FOLDER)}
    assert Nation.NORTHERN_IRELAND not in areas["tell-us-once"] | areas["aa"] | areas["pip"] | areas["bsp"]
    assert areas["nhs-111"] == {Nation.ENGLAND}
    assert areas["lifeline-ni"] == {Nation.NORTHERN_IRELAND}
    assert areas["csp"] == {Nation.SCOTLAND}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"phones": [{"number": "0151 234", "type": "voice"}]}, "cannot be dialled"),
        ({"phones": [{"number": "18001 0151 234", "type": "relay"}]}, "cannot be dialled"),
        ({"needs": ["goodbye"]}, "needs"),
        ({"url": "www.a-line.example"}, "url"),
        ({"area": {"nations": ["england"], "districts": ["CH41 1AA"]}}, "districts"),
        ({"hours": {"always": True}}, "open on bank holidays"),
        ({"hours": {"bank_holidays": "open"}}, "always, periods or words"),
        ({"hours": {"periods": [{"byday": ["MO"], "opens_at": 540, "closes_at": "17:00"}]}}, "in quotes"),
        ({"source_url": None}, "source_url or source"),
        ({"confidence": "low"}, "assured_date"),
        ({"unverified": ["name"]}, "unverified"),
        ({"opening_hours": "24/7"}, "opening_hours"),
    ],
)
def test_a_record_that_is_wrong_is_refused_and_named(tmp_path: Path, changes: dict[str, Any], wrong: str) -> None:
    with pytest.raises(BadData, match=r"directory/lines\.yml: services") as refused:
        read(folder_of(tmp_path, RECORD | changes))
    assert wrong in refused.value.detail


def test_a_file_that_is_no_yaml_and_a_record_that_is_there_twice_are_refused(tmp_path: Path) -> None:
    folder_of(tmp_path, RECORD)
    with pytest.raises(BadData, match=r"more\.yml: a-line stands in lines\.yml already"):
        read(folder_of(tmp_path, RECORD, name="more"))
    (tmp_path / "more.yml").write_text("services: [", encoding="utf-8")
    with pytest.raises(BadData, match=r"more\.yml"):
        read(tmp_path)


def test_numbers_for_machines() -> None:
    assert e164("0808 2000 247") == "+448082000247"
    assert e164("116 123") is None
    assert ServiceFile.model_validate(RECORD).phones[0].number == "116 123"


async def test_loading_again_changes_nothing(db: str) -> None:
    before = await rows()
    assert len(before[2]) == 176
    async with transaction() as session:
        assert await load(session, FOLDER) == Loaded(written=0, retired=0)
    assert await rows() == before


async def test_only_the_record_that_has_changed_is_written(db: str, tmp_path: Path) -> None:
    other = RECORD | {"id": "b-line", "name": "B line"}
    async with transaction() as session:
        assert await load(session, folder_of(tmp_path, RECORD, other)) == Loaded(written=2, retired=176)
    changed = RECORD | {"name": "A new name", "phones": [], "needs": ["respite", "grants"]}
    async with transaction() as session:
        assert await load(session, folder_of(tmp_path, changed, other)) == Loaded(written=1, retired=0)
        found = await service.get(session, made_id("service", "a-line"))
    assert found.name == "A new name"
    assert found.phones == []
    assert [one.taxonomy_term.term for one in found.attributes] == ["respite", "grants"]


async def test_a_record_that_has_left_the_files_is_kept_as_inactive_and_may_come_back(db: str, tmp_path: Path) -> None:
    async with transaction() as session:
        await load(session, folder_of(tmp_path, RECORD))
    async with transaction() as session:
        status = await session.execute(select(Service.status, func.count()).group_by(Service.status))
        assert sorted(status.all()) == [("active", 1), ("inactive", 176)]
        assert len(await service.listings(session)) == 1
    async with transaction() as session:
        assert await load(session, FOLDER) == Loaded(written=176, retired=1)
        assert len(await service.listings(session)) == 176


async def test_a_new_version_is_loaded_and_what_was_loaded_is_on_record(db: str, tmp_path: Path) -> None:
    async with transaction() as session:
        await load(session, folder_of(tmp_path, RECORD))
    async with transaction() as session:
        assert await load(session, folder_of(tmp_path, RECORD, version=2)) == Loaded(written=1, retired=0)
        found = await service.get(session, made_id("service", "a-line"))
        assert (found.file, found.file_version) == ("lines.yml", 2)
        entries = select(AuditEntry.detail).where(AuditEntry.action == "directory_loaded").order_by(AuditEntry.at)
        details = list((await session.execute(entries)).scalars())
    assert details[-2:] == [{"written": 1, "retired": 176}, {"written": 1, "retired": 0}]


async def test_an_organisation_says_what_it_runs(db: str) -> None:
    async with transaction() as session:
        found = await session.get_one(Organization, made_id("organization", "PAPYRUS"))
    assert found.description == "Runs HOPELINE247."


async def test_a_record_comes_out_of_the_database_as_it_went_in(db: str) -> None:
    async with transaction() as session:
        found = {one.code: one for one in await service.listings(session)}
    for record in files.read(FOLDER):
        written, one = record.service, found[record.service.id]
        assert one.needs == set(written.needs)
        assert one.area.nations == set(written.area.nations)
        assert one.area.districts == set(written.area.districts)
        assert one.hours.always == bool(written.hours and written.hours.always)
        assert len(one.hours.periods) == len(written.hours.periods if written.hours else [])
        assert one.unverified == set(written.unverified)
        assert [number.number for number in one.numbers if number.type != "text"] == [
            phone.number for phone in written.phones
        ]


async def test_of_our_own_directory_a_carer_is_told_nothing_wrong(db: str) -> None:
    """Any half hour of a year, any nation, any need."""
    async with transaction() as session:
        ours = await service.listings(session)
    districts = st.sampled_from(["", "CH41", "OL1", "DH1", "B70", "AB10"])

    @how(max_examples=600)
    @given(st.sampled_from(Need), st.sampled_from([*Nation, None]), districts, moments, st.booleans())
    def property_(need: Need, nation: Nation | None, district: str, now: Any, low_mood: bool) -> None:
        place = Place(nation, district)
        choice = choose(need, place, now, ours, low_mood)
        check(choice, need, ours, now, place, low_mood)
        assert choice.options, "there is always somebody"
        assert choice.options[0].is_sure, "and always somebody who is there now"
        assert choice.beside or not low_mood or need in (Need.CRISIS_LINE, Need.MENTAL_HEALTH_CRISIS, *NO_OTHERS)

    property_()


NO_OTHERS = (Need.EMOTIONAL_SUPPORT,)  # Where every crisis line of a nation may be among the three.


@pytest.mark.parametrize("nation", [*Nation, None])
@pytest.mark.parametrize("district", ["", "OL1"])
async def test_the_database_and_the_rule_agree_on_where_a_service_works(
    db: str, nation: Nation | None, district: str
) -> None:
    place = Place(nation, district)
    async with transaction() as session:
        total, found = await service.search(session, 1, 200, place=place)
        every = await service.listings(session)
    assert total == len(found)
    assert {one.code for one in found} == {one.code for one in every if not one.staff_only and one.area.holds(place)}


async def test_choosing_from_the_database(db: str) -> None:
    async with transaction() as session:
        choice = await service.choose(session, Need.FUNERAL_COSTS, Place(Nation.SCOTLAND), low_mood=True)
    codes = {one.listing.code for one in choice.options}
    assert "funeral-support-scot" in codes
    assert not codes & {"funeral-expenses", "childrens-funeral-fund"}
    assert choice.beside
